/** Small batches for the tests of the policy loss, and their loss, gradient and metrics. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { wholeStep } from '../../src/main/loss/aggregation.ts';
import { type LossMetrics, lossMetrics, type PolicyLossConfig, policyLoss } from '../../src/main/loss/policy-loss.ts';
import { ofRank } from '../../src/main/tensor/rank.ts';
import { Random } from '../../src/shared/values/random.ts';

export type Matrix = number[][];
export interface Batch {
  newLogps: Matrix;
  oldLogps: Matrix | null;
  refLogps: Matrix | null;
  advantages: number[];
  mask: Matrix;
}

export const config: PolicyLossConfig = {
  lossType: 'grpo',
  epsilon: 0.2,
  epsilonHigh: 0.28,
  beta: 0.04,
  klEstimator: 'k3',
  importanceLevel: 'token',
  maxCompletionLength: 6,
};

/** A batch of 4 responses of up to 6 tokens; ratios on both sides of the clip bounds. */
export function batch(seed = 1): Batch {
  const random = new Random(seed, 'loss');
  const matrix = (from: (i: number, t: number) => number): Matrix =>
    Array.from({ length: 4 }, (_, i) => Array.from({ length: 6 }, (__, t) => from(i, t)));
  const newLogps = matrix(() => -0.2 - 3 * random.next());
  const near = (spread: number): Matrix => matrix((i, t) => newLogps[i]![t]! + spread * (random.next() - 0.5));
  const lengths = [6, 4, 1, 3];
  return {
    newLogps,
    oldLogps: near(1),
    refLogps: near(1.5),
    advantages: [1.2, -0.7, 0.4, -0.9],
    mask: matrix((i, t) => Number(t < lengths[i]!)),
  };
}

export async function run(
  data: Batch,
  more: Partial<PolicyLossConfig> = {},
  totals?: { readonly sequences: number; readonly tokens: number },
): Promise<{ loss: number; gradient: Matrix; metrics: LossMetrics }> {
  const matrix = (values: Matrix | null): tf.Tensor2D | null => (values === null ? null : tf.tensor2d(values));
  let metrics: tf.Tensor1D | undefined;
  const [value, gradient] = tf.tidy(() => {
    const result = tf.valueAndGrad((newLogps: tf.Tensor) => {
      const mask = matrix(data.mask)!;
      const { loss, metrics: kept } = policyLoss({
        newLogps: ofRank(2, newLogps, 'newLogps'),
        oldLogps: matrix(data.oldLogps),
        refLogps: matrix(data.refLogps),
        advantages: data.advantages,
        mask,
        config: { ...config, ...more },
        totals: totals === undefined ? wholeStep(mask) : { ...totals, tokens: tf.scalar(totals.tokens) },
      });
      metrics = kept;
      return loss;
    })(tf.tensor2d(data.newLogps));
    return [result.value, result.grad] as const;
  });
  const loss = (await value.data())[0]!;
  const rows = (await gradient.array()) as Matrix;
  const figures = lossMetrics(await metrics!.data());
  tf.dispose([value, gradient, metrics!]);
  return { loss, gradient: rows, metrics: figures };
}

export const close = (a: number, b: number, tolerance = 1e-5): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
export const closeAll = (a: Matrix, b: Matrix, tolerance = 1e-5): void => {
  for (const [i, row] of a.entries()) for (const [t, value] of row.entries()) close(value, b[i]![t]!, tolerance);
};
export const take = (data: Batch, rows: number[]): Batch => ({
  newLogps: rows.map((i) => data.newLogps[i]!),
  oldLogps: data.oldLogps && rows.map((i) => data.oldLogps![i]!),
  refLogps: data.refLogps && rows.map((i) => data.refLogps![i]!),
  advantages: rows.map((i) => data.advantages[i]!),
  mask: rows.map((i) => data.mask[i]!),
});
