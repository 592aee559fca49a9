/**
 * The objective of a training step (paper.md): PPO's clipped surrogate on importance ratios, plus beta times the KL to the reference.
 *
 *   l_t = -min(r_t A, clip(r_t, 1 - epsilon, 1 + epsilonHigh) A) + beta KL_t,    loss = sum_t w_t l_t
 *   cispo: l_t = -stopGradient(min(r_t, epsilonHigh)) A log pi(t) + beta KL_t     (Chen et al. 2025)
 *
 * For A >= 0 the minimum is min(r, 1 + epsilonHigh) A, for A < 0 it is max(r, 1 - epsilon) A: a row-wise clamp, two ops on [B, T]. Its
 * gradient at a bound is 1, as torch's clamp and min give it together. Deliberately absent: advantages (advantages.ts), the model, the
 * weights w_t (aggregation.ts).
 */

import * as tf from '@tensorflow/tfjs-core';
import type { LossType } from '../../shared/kinds/update.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { entryAt } from '../../shared/values/list.ts';
import { ofRank } from '../tensor/rank.ts';
import { type StepTotals, tokenWeights } from './aggregation.ts';
import { importanceRatio } from './importance-ratio.ts';
import { perTokenKl } from './kl.ts';

/** The loss settings of a step, under the settings schema's names. */
export type PolicyLossConfig = Pick<
  Settings['loss'],
  'lossType' | 'epsilon' | 'epsilonHigh' | 'beta' | 'klEstimator' | 'importanceLevel'
> & {
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
  readonly totals: StepTotals; // of the step that this is a micro-batch of; wholeStep(mask) where it is all of it
}

/** The loss, differentiable in newLogps (tf.variableGrads), and what is logged of it. */
export interface PolicyLoss {
  readonly loss: tf.Scalar;
  readonly metrics: tf.Tensor1D; // [7] in LOSS_METRICS' order; lossMetrics names them
}

/** How the figures of micro-batches become the step's: `mean` over counted tokens. */
export type Merging = 'sum' | 'mean' | 'smallest' | 'largest';

/**
 * What is logged, over counted tokens and without gradient: the policy term, the mean KL (0 without reference), the shares of tokens
 * clipped low (ratio < 1 - epsilon, A < 0) and high (ratio > 1 + epsilonHigh, A > 0), and the ratio's mean, smallest and largest.
 */
export const LOSS_METRICS = {
  policyLoss: 'sum',
  kl: 'mean',
  clipShareLow: 'mean',
  clipShareHigh: 'mean',
  ratioMean: 'mean',
  ratioMin: 'smallest',
  ratioMax: 'largest',
} as const satisfies Record<string, Merging>;
export type LossMetrics = Record<keyof typeof LOSS_METRICS, number>;

/** The logged figures by name, from their values in LOSS_METRICS' order. */
export function lossMetrics(values: ArrayLike<number>): LossMetrics {
  return Object.fromEntries(
    Object.keys(LOSS_METRICS).map((name, i) => [name, entryAt(values, i, 'figure of the loss')]),
  ) as LossMetrics;
}

/**
 * The loss of a batch. The metrics are one kept tensor (tf.keep), so that they survive the tidy of tf.variableGrads and cost one
 * download; under tf.tidy and when compiled they are an ordinary result.
 */
export function policyLoss(input: PolicyLossInput): PolicyLoss {
  const { mask, config, totals } = input;
  const counted = tf.cast(mask, 'bool'); // [B, T]
  const only = (values: tf.Tensor2D): tf.Tensor2D => tf.where(counted, values, tf.zerosLike(mask));
  const surrogate = SURROGATES[config.lossType];
  const rows = clampRows(input.advantages, surrogate.bounds(config));
  const weights = tokenWeights(config.lossType, { mask, maxCompletionLength: config.maxCompletionLength, totals }); // [B, T]
  const newLogps = only(input.newLogps);
  const oldLogps = input.oldLogps === null ? stopGradient(newLogps) : only(input.oldLogps);
  const ratio = importanceRatio(tf.sub(newLogps, oldLogps), mask, config.importanceLevel); // [B, T] or [B, 1]
  const objective = surrogate.objective(ratio, newLogps, rows, config);
  const policy: tf.Scalar = tf.neg(tf.sum(tf.mul(tf.mul(objective, rows.advantages), weights)));
  const kl = input.refLogps === null ? null : perTokenKl(newLogps, only(input.refLogps), config.klEstimator); // [B, T]
  const metrics = tf.keep(measure(policy, kl, ratio, mask, counted, rows));
  if (kl === null || config.beta === 0) return { loss: policy, metrics };
  return { loss: tf.add(policy, tf.mul(tf.sum(tf.mul(kl, weights)), config.beta)), metrics };
}

/**
 * How each token's ratio stands to its bounds [B, T]: 0 within, 1 clipped low, 2 clipped high (CLIP_STATES of shared/run/token-values.ts), 0 where the
 * mask is 0. Their shares over counted tokens are clipShareLow and clipShareHigh.
 */
export function clipCodes(
  input: Pick<PolicyLossInput, 'newLogps' | 'advantages' | 'mask'> & {
    readonly oldLogps: tf.Tensor2D;
    readonly config: Pick<PolicyLossConfig, 'lossType' | 'epsilon' | 'epsilonHigh' | 'importanceLevel'>;
  },
): tf.Tensor2D {
  const { newLogps, oldLogps, mask, config } = input;
  return tf.tidy(() => {
    const counted = tf.cast(mask, 'bool');
    const difference: tf.Tensor2D = tf.where(counted, tf.sub(newLogps, oldLogps), tf.zerosLike(mask));
    const ratio = importanceRatio(difference, mask, config.importanceLevel); // [B, T] or [B, 1]
    const rows = clampRows(input.advantages, SURROGATES[config.lossType].bounds(config));
    const { low, high } = clipped(ratio, rows);
    const codes = tf.add(tf.cast(low, 'float32'), tf.mul(tf.cast(high, 'float32'), 2));
    return ofRank(2, tf.mul(codes, mask), 'Clip codes');
  });
}

/** What a loss type maximises for each unit of advantage, given the ratio [B, T] or [B, 1]; and from where on it counts as clipped. */
interface Surrogate {
  readonly bounds: (config: Pick<PolicyLossConfig, 'epsilon' | 'epsilonHigh'>) => {
    readonly low: number;
    readonly high: number;
  }; // for A < 0, for A > 0
  readonly objective: (ratio: tf.Tensor2D, newLogps: tf.Tensor2D, rows: Rows, config: PolicyLossConfig) => tf.Tensor;
}

const clippedRatio: Surrogate = {
  bounds: ({ epsilon, epsilonHigh }) => ({ low: 1 - epsilon, high: 1 + epsilonHigh }),
  objective: (ratio, _newLogps, rows) => tf.maximum(tf.minimum(ratio, rows.high), rows.low),
};

/** Every token keeps its gradient, weighed by the ratio up to a bound: as in TRL epsilonHigh itself, not 1 + epsilonHigh. */
const clippedWeight: Surrogate = {
  bounds: ({ epsilonHigh }) => ({ low: 0, high: epsilonHigh }),
  objective: (ratio, newLogps, _rows, { epsilonHigh }) =>
    tf.mul(stopGradient(tf.minimum(ratio, epsilonHigh)), newLogps),
};

const SURROGATES = {
  grpo: clippedRatio,
  bnpo: clippedRatio,
  dr_grpo: clippedRatio,
  dapo: clippedRatio,
  cispo: clippedWeight,
} as const satisfies Record<LossType, Surrogate>;

interface Rows {
  readonly advantages: tf.Tensor2D; // [B, 1]
  readonly low: tf.Tensor2D; // [B, 1], lower clamp of the ratio
  readonly high: tf.Tensor2D; // [B, 1], upper clamp
}

/** Row-wise bounds of the ratio: above for A >= 0, below for A < 0; the other bound is out of reach. */
function clampRows(
  values: tf.Tensor1D | readonly number[],
  { low, high }: { readonly low: number; readonly high: number },
): Rows {
  const advantages: tf.Tensor2D = tf.reshape(values instanceof tf.Tensor ? values : tf.tensor1d([...values]), [-1, 1]);
  const negative = tf.less(advantages, 0); // [B, 1]
  const zeros = tf.zerosLike(advantages);
  return {
    advantages,
    low: tf.where(negative, tf.add(zeros, low), zeros), // a ratio is never below 0
    high: tf.where(negative, tf.add(zeros, Number.POSITIVE_INFINITY), tf.add(zeros, high)),
  };
}

/** Where a ratio lies beyond a bound that its advantage has; without advantage nothing is clipped. */
function clipped(ratio: tf.Tensor2D, { low, high, advantages }: Rows): { low: tf.Tensor; high: tf.Tensor } {
  const signal = tf.notEqual(advantages, 0); // [B, 1]
  return {
    low: tf.logicalAnd(tf.less(ratio, low), signal),
    high: tf.logicalAnd(tf.greater(ratio, high), signal),
  };
}

function measure(
  policy: tf.Scalar,
  kl: tf.Tensor2D | null,
  ratio: tf.Tensor2D,
  mask: tf.Tensor2D,
  counted: tf.Tensor,
  bounds: Rows,
): tf.Tensor1D {
  return tf.tidy(() => {
    const tokens = tf.maximum(tf.sum(mask), 1);
    const perToken = (value: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.mul(value, mask)), tokens);
    const share = (outside: tf.Tensor): tf.Tensor => perToken(tf.cast(outside, 'float32'));
    const { low, high } = clipped(ratio, bounds);
    const everywhere = tf.add(ratio, tf.zerosLike(mask)); // [B, T]
    const elsewhere = (value: number): tf.Tensor => tf.where(counted, everywhere, tf.fill(mask.shape, value)); // out of the way of min and max
    const values = tf.stack([
      policy,
      kl === null ? tf.scalar(0) : perToken(kl),
      share(low),
      share(high),
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
