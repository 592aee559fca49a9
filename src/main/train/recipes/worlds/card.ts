/** The card of a world's base model: what it was made from, and what it does before training. */

import { wrap } from '../../../../shared/text/wrap.ts';
import { WORLDS } from '../../../../shared/worlds/worlds.ts';
import type { SumWorld } from '../../../tasks/worlds/sums/generate.ts';
import { BATCH, WORLD_STAGES, type WorldStages } from './data.ts';
import type { WorldFigures } from './figures.ts';

const percent = (value: number | undefined) => (value === undefined ? '' : (100 * value).toFixed(1));

/** A paragraph in lines that fit. */
const paragraph = (text: string) => wrap(text.trim(), 118).join('\n');

/** The model card (README.md of the folder). */
export function worldCard(world: SumWorld, figures: WorldFigures, minutes: number): string {
  const { title, help, models } = WORLDS[world];
  const forms = Object.keys(figures.accuracy);
  const row = (what: string, values: Readonly<Record<string, number>>) =>
    `| ${what} | ${forms.map((form) => percent(values[form])).join(' | ')} |`;
  const mixture = (stage: keyof WorldStages) =>
    Object.entries(WORLD_STAGES[world][stage].mixture)
      .map(([style, weight]) => `${style} ${weight}`)
      .join(', ');
  const styles = Object.entries(figures.styles).map(([style, share]) => `${style} ${percent(share)} %`);
  const copies = `Forced to follow the cue it answers the cue's number in ${percent(figures.copies ?? undefined)} %.`;
  const told = `Ways of answering: ${styles.join(', ')}. Well-formed ${percent(figures.wellFormed)} %; the answer is the one that
    the thinking concludes in ${percent(figures.saysConclusion)} %. ${figures.copies === null ? '' : copies}`;
  return `---
license: mit
---
# ${models.policy}

${paragraph(`The policy before reinforcement in the world ${title}: ${help}`)}

Fine-tuned from tiny-vl-base by \`bin/sophia recipe ${world}\` in ${minutes.toFixed(0)} minutes; seeds are fixed in
src/main/train/recipes. Weights are stored in half precision.

## Data
Demonstrations of the world's ways of answering (src/main/tasks/demonstrations/world-response.ts), in per cent:

1. ${WORLD_STAGES[world].reading.steps} steps of ${BATCH}: ${mixture('reading')};
2. ${WORLD_STAGES[world].mixing.steps} steps of ${BATCH}: ${mixture('mixing')}.

Cues are right by chance alone.

## Figures (${figures.questions} unseen questions of each form, one response each at temperature 1)
${paragraph(told)}

| right answers, % | ${forms.join(' | ')} |
| --- | ${forms.map(() => '---').join(' | ')} |
${[row('as it answers', figures.accuracy), ...Object.entries(figures.forced).map(([style, values]) => row(`forced: ${style}`, values))].join('\n')}

## Limits
It knows only this world's pictures and their controlled English. It serves to ask about the method, not to answer
questions.
`;
}
