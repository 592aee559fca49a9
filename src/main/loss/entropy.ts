/** The mean entropy of next-token distributions (model/network/response-logps.ts), and its bonus in the loss. */

import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean over the counted tokens of a micro-batch, and what it adds to the mean of the step, whose counted tokens are `stepTokens`: the
 * latter add up over micro-batches to the step's mean. `perToken` and `mask` are [B, T].
 */
export function entropyMeans(
  perToken: tf.Tensor2D,
  mask: tf.Tensor2D,
  stepTokens: tf.Scalar,
): { ofBatch: tf.Scalar; ofStep: tf.Scalar } {
  const sum: tf.Scalar = tf.sum(tf.mul(perToken, mask));
  return { ofBatch: tf.div(sum, tf.maximum(tf.sum(mask), 1)), ofStep: tf.div(sum, stepTokens) };
}
