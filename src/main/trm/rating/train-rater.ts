/**
 * Fine-tunes a rater on records: image, question and thinking are read; learned is the score token (holistic) or one token behind each step
 * (step). Records in their order, as many rounds as there are epochs; stopped at any moment it goes on from its newest checkpoint. The recipes
 * of the embedded raters and `trm train` train here. Deliberately absent: where the records come from.
 */

import { RATER_DEFAULTS, type TrmKind } from '../../../shared/trm/models.ts';
import { entryAt } from '../../../shared/values/list.ts';
import { familyOf } from '../../model/families/registry.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { createAdapters } from '../../model/network/adapters/lora.ts';
import type { Weights } from '../../model/network/weights.ts';
import { EMBEDDED } from '../../rollouts/encode-question.ts';
import { trainStage } from '../../train/recipes/staged-training.ts';
import type { SftExample } from '../../train/sft/sft-step.ts';
import type { TrmRecord } from '../data/record.ts';
import { ratingExample, type Showing, stepExample } from './rater-examples.ts';

/** How a rater is trained. */
export interface RaterTraining {
  readonly epochs: number;
  readonly batchSize: number;
  readonly firstRate: number; // cosine from here
  readonly lastRate: number; // to here
  readonly seed: number;
  readonly loraRank?: number; // adapters alone are trained; not there: all weights
  readonly loraAlpha?: number;
}

/** As models/tiny-vl-trm and models/tiny-vl-prm were made. */
export const RATER_TRAINING: RaterTraining = RATER_DEFAULTS;

/** LoRA of a training and what it starts from, null where all weights are trained. */
export function loraOf(base: Pick<Model, 'dir'>, { loraRank = 0, loraAlpha = 32 }: RaterTraining) {
  return loraRank === 0 ? null : { rank: loraRank, alpha: loraAlpha, base: base.dir };
}

const EXAMPLES = {
  holistic: ratingExample,
  step: stepExample,
} satisfies Record<TrmKind, (model: Model, record: TrmRecord, how: Showing) => SftExample>;

/** Steps that the training takes. */
export function trainingSteps(records: number, { epochs, batchSize }: RaterTraining): number {
  return Math.ceil((records * epochs) / batchSize);
}

/** Where a rater's training keeps its checkpoints, and whom it tells. `stage` names the folder of checkpoints in the work folder. */
export interface RaterRun {
  readonly workFolder: string;
  readonly stage: string;
  readonly log: (line: string) => void;
  readonly onStep?: (step: number, loss: number) => void;
}

/** Trains on records from the base's weights, which it uses up; returns the trained ones. */
export function trainRater(
  base: Model,
  kind: TrmKind,
  records: readonly TrmRecord[],
  training: RaterTraining,
  run: RaterRun,
  how: Showing = EMBEDDED,
): Weights {
  const example = (index: number) => EXAMPLES[kind](base, entryAt(records, index % records.length, 'record'), how);
  return trainOnExamples(base, example, trainingSteps(records.length, training), training, run);
}

/** The same on examples by their index, made as they are needed. */
export function trainOnExamples(
  base: Model,
  example: (index: number) => SftExample,
  steps: number,
  training: RaterTraining,
  { stage: name, ...rest }: RaterRun,
): Weights {
  const { batchSize, firstRate, lastRate, seed } = training;
  const lora = loraOf(base, training);
  const { loraTargets } = familyOf(base.config);
  const adapters = lora === null ? {} : createAdapters(base.weights, loraTargets, lora.rank, seed);
  const stage = {
    name,
    steps,
    batchSize,
    firstRate,
    lastRate,
    trainVision: true,
    example,
    ...(lora !== null && { lora }),
  };
  return trainStage({ config: base.config, tokenizer: base.tokenizer, seed, ...rest }, stage, {
    ...base.weights,
    ...adapters,
  });
}
