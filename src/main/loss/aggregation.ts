/**
 * From per-token losses l [B, T] and mask m [B, T] to one number: the weight that each token's loss gets in the sum.
 *
 *   grpo          mean_i (sum_t l m / sum_t m)                 every response counts alike
 *   bnpo          sum l m / sum m over the micro-batch         every token of a micro-batch counts alike
 *   dapo, cispo   sum l m / sum m over the whole step          every token counts alike
 *   dr_grpo       sum l m / (B * max completion length)        without length bias (Liu et al. 2025)
 *
 * With gradient accumulation the losses of the micro-batches add up to the loss of the step: for all but bnpo it is the same however the step
 * is cut, for bnpo it is the mean over micro-batches (TRL's behaviour). A response without counted tokens has no loss, and counts as a response.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { LossType } from '../../shared/kinds/update.ts';

/** The size of a whole step: what a micro-batch must know to weigh its tokens. */
export type StepTotals = {
  readonly sequences: number; // responses, also those without counted tokens
  readonly tokens: tf.Scalar; // tokens that count, 1 at least
};

/** The totals of a step that is not cut; traceable. */
export function wholeStep(mask: tf.Tensor2D): StepTotals {
  return { sequences: mask.shape[0], tokens: tf.maximum(tf.sum(mask), 1) };
}

interface AggregationInput {
  readonly mask: tf.Tensor2D; // [B, T]
  readonly maxCompletionLength: number;
  readonly totals: StepTotals;
}

interface Aggregation {
  /** Whether the loss of a step depends on how it is cut into micro-batches. */
  readonly followsCut: boolean;
  readonly weights: (input: AggregationInput) => tf.Tensor2D;
}

const byStepTokens: Aggregation = { followsCut: false, weights: ({ mask, totals }) => tf.div(mask, totals.tokens) };

/** How each loss type weighs its tokens. */
export const AGGREGATIONS = {
  grpo: {
    followsCut: false,
    weights: ({ mask, totals }) => {
      const lengths = tf.maximum(tf.sum(mask, 1, true), 1); // [B, 1]
      return tf.div(mask, tf.mul(lengths, totals.sequences));
    },
  },
  bnpo: {
    followsCut: true,
    weights: ({ mask, totals }) => {
      const share = mask.shape[0] / totals.sequences;
      return tf.div(mask, tf.mul(tf.maximum(tf.sum(mask), 1), 1 / share));
    },
  },
  dr_grpo: {
    followsCut: false,
    weights: ({ mask, maxCompletionLength, totals }) => tf.mul(mask, 1 / (totals.sequences * maxCompletionLength)),
  },
  dapo: byStepTokens,
  cispo: byStepTokens,
} as const satisfies Record<LossType, Aggregation>;

/** The weight of each token [B, T], such that loss = sum(weights * per-token loss). */
export function tokenWeights(lossType: LossType, input: AggregationInput): tf.Tensor2D {
  return AGGREGATIONS[lossType].weights(input);
}
