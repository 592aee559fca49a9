/**
 * Fine-tunes a rater on a built set: image, question and thinking in, score token out; records in the set's order, as many rounds as there
 * are epochs. Stopped at any moment it goes on from its newest checkpoint. Deliberately absent: where the records come from.
 */
import type { Model } from '../model/model-folder.ts';
import type { Weights } from '../model/weights.ts';
import { trainStage } from '../train/recipes/staged-training.ts';
import { ratingExample } from './recipe.ts';
import type { TrmRecord } from './record.ts';

/** How a rater is trained. */
export interface RaterTraining {
  readonly epochs: number;
  readonly batchSize: number;
  readonly firstRate: number; // cosine from here
  readonly lastRate: number; // to here
  readonly seed: number;
}

/** As models/tiny-vl-trm was made. */
export const RATER_TRAINING: RaterTraining = { epochs: 4, batchSize: 32, firstRate: 5e-4, lastRate: 5e-5, seed: 2 };

/** Steps that the training takes. */
export function trainingSteps(records: number, { epochs, batchSize }: RaterTraining): number {
  return Math.ceil((records * epochs) / batchSize);
}

/** Trains from the base's weights, which it uses up; returns the trained ones. */
export function trainRater(
  base: Model,
  records: readonly TrmRecord[],
  training: RaterTraining,
  run: {
    readonly workFolder: string;
    readonly log: (line: string) => void;
    readonly onStep: (step: number, loss: number) => void;
  },
): Weights {
  const { batchSize, firstRate, lastRate, seed } = training;
  const stage = {
    name: 'trm',
    steps: trainingSteps(records.length, training),
    batchSize,
    firstRate,
    lastRate,
    trainVision: true,
    example: (index: number) => ratingExample(base, records[index % records.length]!),
  };
  return trainStage({ config: base.config, tokenizer: base.tokenizer, seed, ...run }, stage, { ...base.weights });
}
