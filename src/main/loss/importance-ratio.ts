/**
 * Importance ratios pi_new / pi_old from log-probabilities, per token, or one per sequence (GSPO: the geometric mean of the token
 * ratios). Deliberately absent: clipping (policy-loss.ts).
 */

import * as tf from '@tensorflow/tfjs-core';
import type { ImportanceLevel } from '../../shared/kinds/update.ts';

type LogRatio = (logRatio: tf.Tensor2D, mask: tf.Tensor2D) => tf.Tensor2D;

const LEVELS = {
  token: (logRatio) => logRatio, // [B, T]
  sequence: (logRatio, mask) => tf.div(tf.sum(tf.mul(logRatio, mask), 1, true), tf.maximum(tf.sum(mask, 1, true), 1)), // [B, 1]
} as const satisfies Record<ImportanceLevel, LogRatio>;

/**
 * The ratio at a level: [B, T] for `token`, [B, 1] for `sequence`. `logRatio` is new - old log-probabilities [B, T], `mask` [B, T] is 1
 * on completion tokens. Differentiable in logRatio.
 */
export function importanceRatio(logRatio: tf.Tensor2D, mask: tf.Tensor2D, level: ImportanceLevel): tf.Tensor2D {
  return tf.exp(LEVELS[level](logRatio, mask));
}
