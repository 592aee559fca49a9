/** LayerNorm (Ba et al. 2016) with a gradient of its own, which needs fewer ops than automatic differentiation makes. */
import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from '../../network/ops.ts';
import { vector, type Weights } from '../../network/weights.ts';

const EPS = 1e-6; // transformers' vision blocks and mergers

/** (x - mean) / sqrt(variance + eps) * weight + bias over the last axis, by the norm `at`; x [M, H]. */
export function layerNorm(w: Weights, at: string, x: tf.Tensor2D): tf.Tensor2D {
  const [weight, bias] = [vector(w, `${at}.weight`), vector(w, `${at}.bias`)];
  return withGradient(
    [x, weight, bias],
    () => {
      const centred = tf.sub(x, tf.mean(x, -1, true)); // [M, H]
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), EPS)); // [M, 1]
      const normed = tf.mul(centred, scale);
      const value: tf.Tensor2D = tf.add(tf.mul(normed, weight), bias);
      return { value, saved: { normed, scale, weight } };
    },
    (dy, saved) => {
      const { normed, scale } = saved;
      const dn = tf.mul(dy, saved.weight);
      const along = tf.mul(normed, tf.mean(tf.mul(dn, normed), -1, true));
      const dx = tf.mul(tf.sub(tf.sub(dn, tf.mean(dn, -1, true)), along), scale);
      return [dx, tf.sum(tf.mul(dy, normed), 0), tf.sum(dy, 0)];
    },
  );
}
