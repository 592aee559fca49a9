/**
 * The objective of a training step (paper.md): PPO's clipped surrogate on importance ratios, plus beta times the KL to the reference.
 *
 *   l_t = -min(r_t A, clip(r_t, 1 - epsilon, 1 + epsilonHigh) A) + beta KL_t,    loss = sum_t w_t l_t
 *
 * For A >= 0 the minimum is min(r, 1 + epsilonHigh) A, for A < 0 it is max(r, 1 - epsilon) A: a row-wise clamp, two ops on [B, T]. Its
 * gradient at a bound is 1, as torch's clamp and min give it together. Deliberately absent: advantages (advantages.ts), the model.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../shared/settings/settings.ts';
import { ofRank } from '../tensor/rank.ts';
import { type Aggregation, type StepTotals, tokenWeights } from './aggregation.ts';
import { importanceRatio } from './importance-ratio.ts';
import { perTokenKl } from './kl.ts';

/** The loss settings of a step, under the settings schema's names. */
export type PolicyLossConfig = Pick<
  Settings['loss'],
  'epsilon' | 'epsilonHigh' | 'beta' | 'klEstimator' | 'importanceLevel'
> & {
  readonly lossType: Aggregation;
  readonly maxCompletionLength: number; // tokens; the normaliser of dr_grpo
};

/** One (micro-)batch: B responses, T completion positions. Values at uncounted positions do not matter, not even NaN. */
export interface PolicyLossInput {
  readonly newLogps: tf.Tensor2D; // [B, T], of the policy being trained
  readonly oldLogps: tf.Tensor2D | null; // [B, T], of the policy that sampled; null: the same policy (first update), ratio 1
  readonly refLogps: tf.Tensor2D | null; // [B, T]; null: no KL term
  readonly advantages: tf.Tensor1D | readonly number[]; // [B]
  readonly mask: tf.Tensor2D; // [B, T], float, 1 on completion tokens that count, else 0
  readonly config: PolicyLossConfig;
  readonly totals?: StepTotals | undefined; // of the whole step, where this is one of its micro-batches
}

/** The loss, differentiable in newLogps (tf.variableGrads), and what is logged of it. */
export interface PolicyLoss {
  readonly loss: tf.Scalar;
  readonly metrics: tf.Tensor1D; // [7] in LOSS_METRICS' order; read it with readLossMetrics, which disposes of it
}

/**
 * What is logged, over counted tokens and without gradient: the policy term, the mean KL (0 without reference), the shares of tokens
 * clipped low (ratio < 1 - epsilon, A < 0) and high (ratio > 1 + epsilonHigh, A > 0), and the ratio's mean, smallest and largest.
 */
export const LOSS_METRICS = [
  'policyLoss',
  'kl',
  'clipShareLow',
  'clipShareHigh',
  'ratioMean',
  'ratioMin',
  'ratioMax',
] as const;
export type LossMetrics = Record<(typeof LOSS_METRICS)[number], number>;

/**
 * The loss of a batch. The metrics are one kept tensor (tf.keep), so that they survive the tidy of tf.variableGrads and cost one
 * download; under tf.tidy and when compiled they are an ordinary result.
 */
export function policyLoss(input: PolicyLossInput): PolicyLoss {
  const { mask, config, totals } = input;
  const counted = tf.cast(mask, 'bool'); // [B, T]
  const only = (values: tf.Tensor2D): tf.Tensor2D => tf.where(counted, values, tf.zerosLike(mask));
  const rows = clampRows(input.advantages, config.epsilon, config.epsilonHigh);
  const weights = tokenWeights(config.lossType, { mask, maxCompletionLength: config.maxCompletionLength, totals }); // [B, T]
  const newLogps = only(input.newLogps);
  const oldLogps = input.oldLogps === null ? stopGradient(newLogps) : only(input.oldLogps);
  const ratio = importanceRatio(tf.sub(newLogps, oldLogps), mask, config.importanceLevel); // [B, T] or [B, 1]
  const clipped = tf.maximum(tf.minimum(ratio, rows.high), rows.low);
  const policy: tf.Scalar = tf.neg(tf.sum(tf.mul(tf.mul(clipped, rows.advantages), weights)));
  const kl = input.refLogps === null ? null : perTokenKl(newLogps, only(input.refLogps), config.klEstimator); // [B, T]
  const metrics = tf.keep(measure(policy, kl, ratio, mask, counted, rows));
  if (kl === null || config.beta === 0) return { loss: policy, metrics };
  return { loss: tf.add(policy, tf.mul(tf.sum(tf.mul(kl, weights)), config.beta)), metrics };
}

/** The metrics as numbers; disposes of the tensor. */
export async function readLossMetrics(metrics: tf.Tensor1D): Promise<LossMetrics> {
  const values = await metrics.data();
  metrics.dispose();
  return Object.fromEntries(LOSS_METRICS.map((name, i) => [name, values[i]!])) as LossMetrics;
}

interface Rows {
  readonly advantages: tf.Tensor2D; // [B, 1]
  readonly low: tf.Tensor2D; // [B, 1], lower clamp of the ratio
  readonly high: tf.Tensor2D; // [B, 1], upper clamp
}

/** Row-wise bounds of the ratio: above for A >= 0, below for A < 0; the other bound is out of reach. */
function clampRows(values: tf.Tensor1D | readonly number[], epsilon: number, epsilonHigh: number): Rows {
  const advantages: tf.Tensor2D = tf.reshape(values instanceof tf.Tensor ? values : tf.tensor1d([...values]), [-1, 1]);
  const negative = tf.less(advantages, 0); // [B, 1]
  const zeros = tf.zerosLike(advantages);
  return {
    advantages,
    low: tf.where(negative, tf.add(zeros, 1 - epsilon), zeros), // a ratio is never below 0
    high: tf.where(negative, tf.add(zeros, Number.POSITIVE_INFINITY), tf.add(zeros, 1 + epsilonHigh)),
  };
}

function measure(
  policy: tf.Scalar,
  kl: tf.Tensor2D | null,
  ratio: tf.Tensor2D,
  mask: tf.Tensor2D,
  counted: tf.Tensor,
  { low, high, advantages }: Rows,
): tf.Tensor1D {
  return tf.tidy(() => {
    const tokens = tf.maximum(tf.sum(mask), 1);
    const perToken = (value: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.mul(value, mask)), tokens);
    const signal = tf.notEqual(advantages, 0); // [B, 1]; without advantage nothing is clipped
    const share = (outside: tf.Tensor): tf.Tensor => perToken(tf.cast(tf.logicalAnd(outside, signal), 'float32'));
    const everywhere = tf.add(ratio, tf.zerosLike(mask)); // [B, T]
    const elsewhere = (value: number): tf.Tensor => tf.where(counted, everywhere, tf.fill(mask.shape, value)); // out of the way of min and max
    const values = tf.stack([
      policy,
      kl === null ? tf.scalar(0) : perToken(kl),
      share(tf.less(ratio, low)),
      share(tf.greater(ratio, high)),
      perToken(ratio),
      tf.min(elsewhere(Number.POSITIVE_INFINITY)),
      tf.max(elsewhere(0)),
    ]);
    return ofRank(1, values, 'The loss metrics');
  });
}

/** The same values, cut from the gradient. */
function stopGradient(values: tf.Tensor2D): tf.Tensor2D {
  const cut = tf.customGrad<tf.Tensor2D>(() => ({ value: tf.clone(values), gradFunc: (dy) => tf.zerosLike(dy) }));
  return cut(values);
}
