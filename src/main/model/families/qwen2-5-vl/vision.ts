/**
 * Qwen2.5-VL's vision tower for a batch of images of one grid: patch embedding, blocks with windowed or full attention
 * and two-dimensional rotary positions, merger of 2x2 patches into one image token. Images of other grids go through
 * another call (see image-features.ts).
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../../shared/values/list.ts';
import { batchMatMulTransposeB, linear, permute, rmsNorm, rotary, splitTwo } from '../../network/ops.ts';
import { matrix, vector, type Weights } from '../../network/weights.ts';
import type { VisionConfig } from './config.ts';
import type { VisionLayout } from './vision-layout.ts';

const EPS = 1e-6; // transformers' Qwen2RMSNorm in the vision blocks

/** Pixel patches [B*P, patchDim] of B images -> image tokens [B*units, outHiddenSize], in original unit order. */
export function visionForward(
  config: VisionConfig,
  w: Weights,
  pixels: tf.Tensor2D,
  images: number,
  layout: VisionLayout,
): tf.Tensor2D {
  const perUnit = config.spatialMergeSize ** 2;
  const patches = layout.units * perUnit;
  const patchDim = pixels.shape[1];
  const order = tf.tensor1d(layout.windowIndex, 'int32');
  const restore = tf.tensor1d(layout.restore, 'int32');
  const ordered = permute(tf.reshape(pixels, [images, layout.units, perUnit * patchDim]), order, restore, 1);
  let x = linear(tf.reshape(ordered, [images * patches, patchDim]), matrix(w, 'visual.patch_embed.proj.weight'));
  const headDim = config.hiddenSize / config.numHeads;
  const cos = tf.tensor4d(layout.cos, [1, patches, 1, headDim]);
  const sin = tf.tensor4d(layout.sin, [1, patches, 1, headDim]);
  for (let block = 0; block < config.depth; block++) {
    const at = `visual.blocks.${block}`;
    const full = config.fullattBlockIndexes.includes(block);
    const normed = rmsNorm(x, vector(w, `${at}.norm1.weight`), EPS);
    const mixed = attend(
      config,
      w,
      `${at}.attn`,
      normed,
      images,
      patches,
      cos,
      sin,
      full ? [patches] : layout.windowLengths,
    );
    x = tf.add(x, mixed);
    const inner = rmsNorm(x, vector(w, `${at}.norm2.weight`), EPS);
    x = tf.add(x, mlp(w, `${at}.mlp`, inner));
  }
  const merged = merge(w, x, images * layout.units, perUnit * config.hiddenSize);
  const out = tf.reshape(merged, [images, layout.units, config.outHiddenSize]);
  return tf.reshape(permute(out, restore, order, 1), [images * layout.units, config.outHiddenSize]);
}

function mlp(w: Weights, at: string, x: tf.Tensor2D): tf.Tensor2D {
  const gate = linear(x, matrix(w, `${at}.gate_proj.weight`), vector(w, `${at}.gate_proj.bias`));
  const up = linear(x, matrix(w, `${at}.up_proj.weight`), vector(w, `${at}.up_proj.bias`));
  return linear(
    tf.mul(tf.mul(gate, tf.sigmoid(gate)), up),
    matrix(w, `${at}.down_proj.weight`),
    vector(w, `${at}.down_proj.bias`),
  );
}

function merge(w: Weights, x: tf.Tensor2D, units: number, width: number): tf.Tensor2D {
  const normed = rmsNorm(x, vector(w, 'visual.merger.ln_q.weight'), EPS);
  const hidden = linear(
    tf.reshape(normed, [units, width]),
    matrix(w, 'visual.merger.mlp.0.weight'),
    vector(w, 'visual.merger.mlp.0.bias'),
  );
  return linear(gelu(hidden), matrix(w, 'visual.merger.mlp.2.weight'), vector(w, 'visual.merger.mlp.2.bias'));
}

/** Exact GELU, x (1 + erf(x / sqrt 2)) / 2, as torch's nn.GELU(). */
function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** Attention within windows of the given lengths (patches); equal windows become one batched product. */
function attend(
  config: VisionConfig,
  w: Weights,
  at: string,
  x: tf.Tensor2D,
  images: number,
  patches: number,
  cos: tf.Tensor4D,
  sin: tf.Tensor4D,
  windows: readonly number[],
): tf.Tensor2D {
  const { numHeads: heads, hiddenSize } = config;
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
  const scores = batchMatMulTransposeB(scaled, flat(k));
  const mixed = tf.reshape(tf.matMul(tf.softmax(scores), flat(v)), [batch, heads, length, headDim]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [images, patches, heads, headDim]);
}
