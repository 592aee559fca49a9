/** The holistic reward model's card, and the validation table that every reward model's card holds. */
import type { Dimension } from '../../../shared/trm/annotations.ts';
import type { TrmRecipe } from '../data/collect.ts';
import { SAMPLES, type ValidationFigures } from '../validation/validate.ts';

/** A share in per cent with its 95 % interval, such as "82.3 [79.9, 84.7]". */
export function percentInterval({ accuracy, low, high }: { accuracy: number; low: number; high: number }): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${percent(accuracy)} [${percent(low)}, ${percent(high)}]`;
}

/** How raters compare with the annotator: what was measured, and a row per rater and split. */
export function validationText(figures: ValidationFigures, questions: number): string {
  const rows = Object.entries(figures).flatMap(([name, splits]) =>
    Object.entries(splits).map(
      ([split, { pairwise, meanAbsoluteError, meanScore, answerLeak: leak }]) =>
        `| ${name} | ${split} | ${percentInterval(pairwise)} | ${pairwise.pairs} | ${pairwise.ties} | ${pairwise.unscored} | ${meanAbsoluteError.toFixed(3)} | ${meanScore.toFixed(3)} | ${leak?.toFixed(3) ?? '-'} |`,
    ),
  );
  return `${questions} unseen questions per split, ${SAMPLES} responses each sampled from tiny-vl-base. Pairwise
accuracy: share of pairs of responses to one question that are ranked as the rubric ranks them (ties count half), with
a bootstrap interval over questions. Answer leak: mean score of right minus wrong answers at equal rubric score (it
should be 0).

| rater | split | pairwise accuracy, % | pairs | ties | unscored | mean absolute error | mean score | answer leak |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

/** The model card (README.md of the folder). */
export function trmCard(
  figures: ValidationFigures,
  flow: readonly string[],
  recipe: TrmRecipe,
  minutes: number,
  without?: Dimension,
): string {
  const name = without === undefined ? 'tiny-vl-trm' : `tiny-vl-trm-without-${without}`;
  const command = `bin/sophia recipe trm${without === undefined ? '' : ` --without ${without}`}`;
  const left = without === undefined ? '' : `, its dimension ${without} left out`;
  return `---
license: mit
---
# ${name}

The Thinking Reward Model: reads image, question and thinking (never the answer) and writes one of 0.0, 0.1, ..., 1.0.
Fine-tuned from tiny-vl-base by \`${command}\` in ${minutes.toFixed(0)} minutes.

## Data
Responses of GRPO runs (seeds ${recipe.seeds.join(', ')}; ${recipe.steps} steps each), scored by the rubric
(src/main/tasks/rubric${left}), filtered, sampled over ten score
intervals with at most ${recipe.capPerBin} each, ${recipe.epochs} epochs:

${flow.map((line) => `- ${line}`).join('\n')}

## Validation
${validationText(figures, recipe.validationQuestions)}

## Limits
It is bounded by its annotator, the rubric, and knows only the embedded tasks' controlled English.
`;
}
