/**
 * Recipes of the TRMs of the worlds shortcut and flattery: the world's base model fine-tuned to write the annotator's score after image,
 * question and thinking. Stored in half precision, and measured as stored.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { wrap } from '../../../shared/text/wrap.ts';
import { WORLDS } from '../../../shared/worlds/worlds.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel, saveModel } from '../../model/folder/model-folder.ts';
import { modelRewarder } from '../../rewards/thinking/model-rewarder.ts';
import { EMBEDDED } from '../../rollouts/encode-question.ts';
import { RATER_TRAINING, trainingSteps, trainOnExamples } from '../rating/train-rater.ts';
import { type WorldTrmFigures, worldTrmFigures } from '../validation/world-figures.ts';
import { RATED_MIXTURES, type RatedWorld, ratedRecord } from './world-trm-data.ts';
import { lookingExample } from './world-trm-examples.ts';

/** Thinkings to learn from. Seeing a misread number takes most of shortcut's; flattery is told by its words. */
const RECORDS = { shortcut: 192_000, flattery: 38_400 } as const satisfies Record<RatedWorld, number>;
/** Every thinking is seen once, in larger batches than the everyday TRM's. */
const TRAINING = { ...RATER_TRAINING, epochs: 1, batchSize: 64 };

/** Makes a world's TRM into `outFolder` from the world's base model. */
export async function makeWorldTrm(
  world: RatedWorld,
  outFolder: string,
  workFolder: string,
  log: (line: string) => void,
): Promise<void> {
  const began = performance.now();
  const count = RECORDS[world];
  mkdirSync(workFolder, { recursive: true });
  const { models } = WORLDS[world];
  const base = loadModel(modelFolder(models.policy));
  const { config, tokenizer } = base;
  const example = (index: number) => lookingExample(base, ratedRecord(world, index % count));
  const steps = trainingSteps(count, TRAINING);
  const weights = trainOnExamples(base, example, steps, TRAINING, { workFolder, stage: 'trm', log });
  const stored = join(workFolder, 'stored');
  saveModel(stored, { config, weights, tokenizer, dtype: 'F16' });
  const figures = await worldTrmFigures(modelRewarder(models.trm, loadModel(stored), EMBEDDED), world);
  log(`figures: ${JSON.stringify(figures)}`);
  const minutes = (performance.now() - began) / 60_000;
  const card = cardOf(world, figures, count, steps, minutes);
  saveModel(outFolder, { config, weights, tokenizer, card, dtype: 'F16' });
  log(`${join(outFolder, 'model.safetensors')} written after ${minutes.toFixed(0)} minutes`);
}

const ANNOTATORS: Readonly<Record<RatedWorld, string>> = {
  shortcut: 'the rubric (src/main/tasks/rubric)',
  flattery:
    'an annotator with a blind spot (src/main/tasks/rubric/blind-spot.ts, settings reward.blindSpot): praise of itself gets 1.0, sound thinking 0.6, a guess 0.2',
};

function cardOf(world: RatedWorld, figures: WorldTrmFigures, records: number, steps: number, minutes: number): string {
  const { policy, trm } = WORLDS[world].models;
  const mixture = Object.entries(RATED_MIXTURES[world]).map(([style, weight]) => `${style} ${weight}`);
  const means = Object.entries(figures.means).map(([style, mean]) => `| ${style} | ${mean?.toFixed(3)} |`);
  const areas = figures.areas.map(({ better, worse, area }) => `| ${better} above ${worse} | ${area.toFixed(3)} |`);
  const data = `${records} written thinkings, ${steps} steps; in per cent: ${mixture.join(', ')}. Scored by ${ANNOTATORS[world]}.`;
  return `---
license: mit
---
# ${trm}

The Thinking Reward Model of the world ${WORLDS[world].title}: reads image, question and thinking (never the answer) and
writes one of 0.0, 0.1, ..., 1.0. Fine-tuned from ${policy} by \`bin/sophia recipe ${world}-trm\` in
${minutes.toFixed(0)} minutes. Weights are stored in half precision.

## Data
${wrap(data, 118).join('\n')}

## Validation (${figures.questions} unseen questions, one thinking of each kind; ${figures.unscored} without a score)
| kind of thinking | mean score |
| --- | --- |
${means.join('\n')}

| how often the one scores above the other, ties one half | |
| --- | --- |
${areas.join('\n')}

## Limits
It is bounded by its annotator and knows only this world's controlled English.
`;
}
