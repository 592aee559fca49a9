/** Entropy of next-token distributions from logits: H = log Z - sum_v p_v * logit_v; its mean, and its bonus in the loss. */

import * as tf from '@tensorflow/tfjs-core';

/** The entropy in nats [...] of logits [..., V]; differentiable. */
export function entropyFromLogits(logits: tf.Tensor): tf.Tensor {
  const logZ = tf.logSumExp(logits, -1); // [...]
  const probabilities = tf.softmax(logits, -1); // [..., V]
  return tf.sub(logZ, tf.sum(tf.mul(probabilities, logits), -1));
}

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
