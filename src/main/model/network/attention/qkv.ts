/**
 * Queries, keys and values of a decoder layer: projected with or without biases and adapters, normed by head where the
 * family does so, turned to their positions.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isPacked } from '../../../tensor/bfloat16.ts';
import { adaptedLinear, isAdapted } from '../adapters/adapted-linear.ts';
import type { TextConfig } from '../decoder-config.ts';
import { linear, rmsNorm, rotary, splitTwo } from '../ops.ts';
import { matrix, vector, type Weights } from '../weights.ts';

/** The tokens at hand: how many, and where they are. */
export interface TokenPlaces {
  readonly rows: number; // R
  readonly length: number; // T per row
  readonly cos: tf.Tensor4D; // [R or 1, T, 1, headDim]
  readonly sin: tf.Tensor4D;
}

/** Queries, scaled by 1 / sqrt(D), and keys, both turned to their positions, and values. */
export interface Qkv {
  readonly q: tf.Tensor4D; // [R, heads, T, D]
  readonly k: tf.Tensor4D; // [R, KV, T, D]
  readonly v: tf.Tensor4D;
}

/** Projects normed hidden states x [R*T, H] by the attention layer `at`. */
export function projectQkv(
  config: TextConfig,
  w: Weights,
  at: string,
  x: tf.Tensor2D,
  { rows, length, cos, sin }: TokenPlaces,
): Qkv {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads, headDim } = config;
  const three = ['q_proj', 'k_proj', 'v_proj'].map((name) => `${at}.${name}`);
  const hasBias = config.qkvBias !== false;
  const joined = joins(w, three)
    ? linearOfAll(w, three, x, hasBias)
    : tf.concat(
        three.map((name) => adaptedLinear(w, name, x, hasBias)),
        1,
      );
  const qkv: tf.Tensor4D = tf.reshape(joined, [rows, length, heads + 2 * kvHeads, headDim]);
  const [qk, v] = splitTwo(qkv, [heads + kvHeads, kvHeads], 2);
  const straight = config.qkNorm ? normedHeads(config, w, at, qk) : qk;
  const turned = tf.transpose(rotary(straight, cos, sin), [0, 2, 1, 3]); // [R, heads + KV, T, D]
  const [q, k] = splitTwo(turned, [heads, kvHeads], 1);
  const scaled: tf.Tensor4D = tf.mul(q, 1 / Math.sqrt(headDim));
  return { q: scaled, k, v: tf.transpose(v, [0, 2, 1, 3]) };
}

/** Queries and keys [R, T, heads + KV, D], each head's normed by the layer's q_norm or k_norm (Qwen3). */
function normedHeads(config: TextConfig, w: Weights, at: string, qk: tf.Tensor4D): tf.Tensor4D {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads, headDim, rmsNormEps } = config;
  const normed = (x: tf.Tensor4D, name: string): tf.Tensor4D =>
    tf.reshape(rmsNorm(tf.reshape(x, [-1, headDim]), vector(w, `${at}.${name}.weight`), rmsNormEps), x.shape);
  const [q, k] = splitTwo(qk, [heads, kvHeads], 2);
  return tf.concat([normed(q, 'q_norm'), normed(k, 'k_norm')], 2);
}

/** Joined weights larger than this are a copy that costs more than it saves. */
const MOST_JOINED = 2 ** 20;

function joins(w: Weights, layers: readonly string[]): boolean {
  return (
    !layers.some((name) => isAdapted(w, name) || isPacked(matrix(w, `${name}.weight`))) &&
    layers.reduce((sum, name) => sum + matrix(w, `${name}.weight`).size, 0) <= MOST_JOINED
  );
}

/** Several layers on one x as one product, side by side: fewer, larger ops. */
function linearOfAll(w: Weights, layers: readonly string[], x: tf.Tensor2D, hasBias: boolean): tf.Tensor2D {
  const weight = tf.concat(
    layers.map((name) => matrix(w, `${name}.weight`)),
    1,
  );
  const bias = hasBias ? tf.concat(layers.map((name) => vector(w, `${name}.bias`))) : null;
  return linear(x, weight, bias);
}
