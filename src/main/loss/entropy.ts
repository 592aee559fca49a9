/** Entropy of next-token distributions from logits: H = log Z - sum_v p_v * logit_v. */

import * as tf from '@tensorflow/tfjs-core';

/** The entropy in nats [...] of logits [..., V]; differentiable. */
export function entropyFromLogits(logits: tf.Tensor): tf.Tensor {
  const logZ = tf.logSumExp(logits, -1); // [...]
  const probabilities = tf.softmax(logits, -1); // [..., V]
  return tf.sub(logZ, tf.sum(tf.mul(probabilities, logits), -1));
}
