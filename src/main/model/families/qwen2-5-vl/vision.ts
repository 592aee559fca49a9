/**
 * Qwen2.5-VL's vision tower for a batch of images of one grid: patch embedding, blocks with windowed or full attention
 * and two-dimensional rotary positions, merger of 2x2 patches into one image token. Images of other grids go through
 * another call (see image-features.ts).
 */

import * as tf from '@tensorflow/tfjs-core';
import { linear, permute, rmsNorm } from '../../network/ops.ts';
import { block } from '../../network/recompute.ts';
import { matrix, trainableOf, vector, type Weights } from '../../network/weights.ts';
import { gelu } from '../qwen-shared/activations.ts';
import { attendInWindows } from '../qwen-shared/attention.ts';
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
  for (let index = 0; index < config.depth; index++) {
    const at = `visual.blocks.${index}`;
    const windows = config.fullattBlockIndexes.includes(index) ? [patches] : layout.windowLengths;
    x = block(x, { ...trainableOf(w, `${at}.`), cos, sin }, (hidden, given): tf.Tensor2D => {
      const all = { ...w, ...given };
      const normed = rmsNorm(hidden, vector(all, `${at}.norm1.weight`), EPS);
      const where = { images, patches, cos: given.cos, sin: given.sin };
      const mixed = attendInWindows(config, all, `${at}.attn`, normed, where, windows);
      const between: tf.Tensor2D = tf.add(hidden, mixed);
      const inner = rmsNorm(between, vector(all, `${at}.norm2.weight`), EPS);
      return tf.add(between, mlp(all, `${at}.mlp`, inner));
    });
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
