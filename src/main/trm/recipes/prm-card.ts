/** The step-level reward model's card. */
import type { TrmRecipe } from '../data/collect.ts';
import type { StepAccuracy } from '../validation/step-accuracy.ts';
import type { ValidationFigures } from '../validation/validate.ts';
import { percentInterval, validationText } from './trm-card.ts';

/** What the card tells. */
export interface PrmFigures {
  readonly figures: ValidationFigures;
  readonly steps: Readonly<Record<string, StepAccuracy>>; // by split
  readonly flow: readonly string[];
  readonly recipe: TrmRecipe;
  readonly minutes: number;
}

/** The model card (README.md of the folder). */
export function prmCard({ figures, steps, flow, recipe, minutes }: PrmFigures): string {
  const rows = Object.entries(steps).map(
    ([split, figures]) =>
      `| ${split} | ${percentInterval(figures.all)} | ${percentInterval(figures.right)} | ${percentInterval(figures.wrong)} | ${figures.steps} | ${(100 * figures.rightShare).toFixed(1)} |`,
  );
  return `---
license: mit
---
# tiny-vl-prm

The step-level process reward model, in the manner of VisualPRM: reads image, question and thinking (never the answer)
and gives each sentence a probability of being right, the softmax over the tokens "+" and "-" behind its full stop.
Fine-tuned from tiny-vl-base by \`bin/sophia recipe prm\` in ${minutes.toFixed(0)} minutes.

## Data
Responses of GRPO runs (seeds ${recipe.seeds.join(', ')}; ${recipe.steps} steps each), the same records as the
holistic TRM's. Each sentence is labelled by the rubric (src/main/tasks/rubric): repeated or unasked ones count as
right, those that it cannot read as wrong; ${recipe.epochs} epochs:

${flow.map((line) => `- ${line}`).join('\n')}

## Steps
Share of sentences judged correctly at a probability of one half, %, [95 % bootstrap interval over questions]. The last
column is what calling every step right would score.

| split | all steps | of right steps | of wrong steps | steps | right steps, % |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Validation
${validationText(figures, recipe.validationQuestions)}
The rubric's score is holistic, so the mean absolute error compares unlike scales; training uses the order within a
question.

## Limits
It is bounded by its annotator, the rubric, and knows only the embedded tasks' controlled English.
`;
}
