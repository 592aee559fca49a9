/**
 * From per-token losses l [B, T] and mask m [B, T] to one number: the weight that each token's loss gets in the sum.
 *
 *   grpo     mean_i (sum_t l m / sum_t m)                 every response counts alike
 *   bnpo     sum l m / sum m over the micro-batch         every token of a micro-batch counts alike
 *   dapo     sum l m / sum m over the whole step          every token counts alike
 *   dr_grpo  sum l m / (B * max completion length)        without length bias (Liu et al. 2025)
 *
 * With gradient accumulation the losses of the micro-batches add up: for grpo, dapo and dr_grpo to exactly the loss of the whole
 * step, for bnpo to the mean over micro-batches (TRL's behaviour, which depends on the split).
 */

import * as tf from '@tensorflow/tfjs-core';
import type { LossType } from '../../shared/kinds/update.ts';

/** The loss types of the settings, and dapo. */
export type Aggregation = LossType | 'dapo';

/** The whole step's size, where the batch at hand is one of its micro-batches. */
export interface StepTotals {
  readonly sequences: number;
  readonly tokens: number; // completion tokens that count, for dapo
}

interface AggregationInput {
  readonly mask: tf.Tensor2D; // [B, T]
  readonly maxCompletionLength: number;
  readonly totals: StepTotals | undefined;
}

type Weights = (input: AggregationInput) => tf.Tensor2D;

const AGGREGATIONS = {
  grpo: ({ mask, totals }) => {
    const lengths = tf.maximum(tf.sum(mask, 1, true), 1); // [B, 1]; a response without tokens has no loss
    return tf.div(mask, tf.mul(lengths, sequences(mask, totals)));
  },
  bnpo: ({ mask, totals }) => {
    const share = mask.shape[0] / sequences(mask, totals);
    return tf.div(mask, tf.mul(tf.maximum(tf.sum(mask), 1), 1 / share));
  },
  dapo: ({ mask, totals }) =>
    totals === undefined ? tf.div(mask, tf.maximum(tf.sum(mask), 1)) : tf.mul(mask, 1 / Math.max(totals.tokens, 1)),
  dr_grpo: ({ mask, maxCompletionLength, totals }) => tf.mul(mask, 1 / (sequences(mask, totals) * maxCompletionLength)),
} as const satisfies Record<Aggregation, Weights>;

/** The weight of each token [B, T], such that loss = sum(weights * per-token loss). */
export function tokenWeights(lossType: Aggregation, input: AggregationInput): tf.Tensor2D {
  return AGGREGATIONS[lossType](input);
}

function sequences(mask: tf.Tensor2D, totals: StepTotals | undefined): number {
  return totals?.sequences ?? mask.shape[0];
}
