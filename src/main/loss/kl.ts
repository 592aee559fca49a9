/**
 * Estimators of KL(pi || pi_ref) per token from d = log pi_ref - log pi (Schulman, "Approximating KL divergence"):
 *
 *   k1  -d             unbiased, high variance; its gradient in the loss is that of log pi
 *   k2  d^2 / 2        biased, low variance
 *   k3  e^d - d - 1    unbiased, low variance, never negative (the paper's, TRL's)
 */

import * as tf from '@tensorflow/tfjs-core';
import type { KlEstimator } from '../../shared/kinds/update.ts';

const ESTIMATORS = {
  k1: (d) => tf.neg(d),
  k2: (d) => tf.mul(tf.square(d), 0.5),
  k3: (d) => tf.sub(tf.expm1(d), d),
} as const satisfies Record<KlEstimator, (d: tf.Tensor2D) => tf.Tensor2D>;

/** The per-token KL estimate [B, T] from new and reference log-probabilities [B, T]; differentiable in the new ones. */
export function perTokenKl(newLogps: tf.Tensor2D, refLogps: tf.Tensor2D, estimator: KlEstimator): tf.Tensor2D {
  return ESTIMATORS[estimator](tf.sub(refLogps, newLogps));
}
