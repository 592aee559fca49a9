/** Attention of Qwen's vision towers: one projection to queries, keys and values, rotary positions, windows of patches. */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../../shared/values/list.ts';
import { inQueryChunks, queriesAtOnce } from '../../network/attention/query-chunks.ts';
import { batchMatMulTransposeB, linear, rotary, splitTwo } from '../../network/ops.ts';
import { matrix, vector, type Weights } from '../../network/weights.ts';

/** How wide the attention is. */
export interface AttentionSizes {
  readonly hiddenSize: number;
  readonly numHeads: number;
}

/** Images of one grid, and the rotary turns of one image's patches. */
export interface Patches {
  readonly images: number;
  readonly patches: number; // of one image
  readonly cos: tf.Tensor4D; // [1, patches, 1, headDim]
  readonly sin: tf.Tensor4D;
}

/**
 * The attention layer `at` on x [images * patches, hiddenSize], within windows of the given lengths (patches); equal
 * windows become one batched product.
 */
export function attendInWindows(
  { numHeads: heads, hiddenSize }: AttentionSizes,
  w: Weights,
  at: string,
  x: tf.Tensor2D,
  { images, patches, cos, sin }: Patches,
  windows: readonly number[],
): tf.Tensor2D {
  const headDim = hiddenSize / heads;
  const qkv: tf.Tensor4D = tf.reshape(linear(x, matrix(w, `${at}.qkv.weight`), vector(w, `${at}.qkv.bias`)), [
    images,
    patches,
    3 * heads,
    headDim,
  ]);
  const [qk, v] = splitTwo(qkv, [2 * heads, heads], 2);
  const turned = rotary(qk, cos, sin);
  const [q, k] = splitTwo(turned, [heads, heads], 2);
  const window = firstOf(windows, 'window');
  const equal = windows.every((length) => length === window);
  const mixed = equal ? windowed(q, k, v, window) : tf.concat(slices(q, k, v, windows), 1);
  return linear(
    tf.reshape(mixed, [images * patches, hiddenSize]),
    matrix(w, `${at}.proj.weight`),
    vector(w, `${at}.proj.bias`),
  );
}

function slices(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, windows: readonly number[]): tf.Tensor[] {
  const cut = (x: tf.Tensor4D) => tf.split<tf.Tensor4D>(x, [...windows], 1);
  const [qs, ks, vs] = [cut(q), cut(k), cut(v)];
  const part = (of: readonly tf.Tensor4D[], i: number) => entryAt(of, i, 'window');
  return windows.map((length, i) => windowed(part(qs, i), part(ks, i), part(vs, i), length));
}

/** softmax(q k^T / sqrt d) v in windows of `length` patches: [B, P, heads, D] -> the same shape. */
function windowed(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, length: number): tf.Tensor4D {
  const [images, patches, heads, headDim] = q.shape;
  const batch = (images * patches) / length;
  const flat = (x: tf.Tensor4D): tf.Tensor3D =>
    tf.reshape(tf.transpose(tf.reshape(x, [batch, length, heads, headDim]), [0, 2, 1, 3]), [
      batch * heads,
      length,
      headDim,
    ]);
  const scaled: tf.Tensor3D = tf.mul(flat(q), 1 / Math.sqrt(headDim));
  const kv = { keys: flat(k), values: flat(v) };
  const chunk = queriesAtOnce(length, batch * heads * length);
  const mixed = chunk === length ? mixOf(scaled, kv) : inQueryChunks(scaled, 1, chunk, kv, {}, mixOf);
  const apart = tf.reshape(mixed, [batch, heads, length, headDim]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [images, patches, heads, headDim]);
}

function mixOf(q: tf.Tensor3D, { keys, values }: { keys: tf.Tensor3D; values: tf.Tensor3D }): tf.Tensor3D {
  return tf.matMul(tf.softmax(batchMatMulTransposeB(q, keys)), values);
}
