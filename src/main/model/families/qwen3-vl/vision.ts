/**
 * Qwen3-VL's vision tower for images of one grid: patch embedding and learned places, blocks of full attention with
 * rotary positions (LayerNorm, GELU), and mergers of 2x2 patches into one image token: one behind the last block, and one
 * for each block whose result goes to the decoder's first layers (DeepStack).
 */

import * as tf from '@tensorflow/tfjs-core';
import { embed, linear } from '../../network/ops.ts';
import { block } from '../../network/recompute.ts';
import { matrix, trainableOf, vector, type Weights } from '../../network/weights.ts';
import { gelu, geluTanh } from '../qwen-shared/activations.ts';
import { attendInWindows } from '../qwen-shared/attention.ts';
import { patchTurns } from '../qwen-shared/patch-turns.ts';
import type { GridThw } from '../qwen-shared/pictures/grid.ts';
import type { VisionConfig } from './config.ts';
import { layerNorm } from './layer-norm.ts';
import { learnedPlaces } from './places.ts';

/**
 * Pixel patches [B * P, patchDim] of B images of a grid -> image tokens [B * P / merge^2, (1 + D) * outHiddenSize]: what
 * takes the images' places in the prompt, then what each of the first D decoder layers is given on top.
 */
export function visionForward(
  config: VisionConfig,
  w: Weights,
  pixels: tf.Tensor2D,
  images: number,
  grid: GridThw,
): tf.Tensor2D {
  const [frames, height, width] = grid;
  const patches = frames * height * width;
  const merge = config.spatialMergeSize;
  const headDim = config.hiddenSize / config.numHeads;
  const blocks = Array.from({ length: patches / merge ** 2 }, (_, i) => i);
  const turns = patchTurns(blocks, height / merge, width / merge, config);
  const cos = tf.tensor4d(turns.cos, [1, patches, 1, headDim]);
  const sin = tf.tensor4d(turns.sin, [1, patches, 1, headDim]);
  const perFrame = Array<number>(frames).fill(height * width); // a frame's patches see each other
  const embedded = linear(
    pixels,
    matrix(w, 'visual.patch_embed.proj.weight'),
    vector(w, 'visual.patch_embed.proj.bias'),
  );
  let x = addPlaces(config, w, embedded, images, grid);
  const deeper: tf.Tensor2D[] = [];
  for (let layer = 0; layer < config.depth; layer++) {
    const at = `visual.blocks.${layer}`;
    x = block(x, { ...trainableOf(w, `${at}.`), cos, sin }, (hidden, given): tf.Tensor2D => {
      const all = { ...w, ...given };
      const normed = layerNorm(all, `${at}.norm1`, hidden);
      const where = { images, patches, cos: given.cos, sin: given.sin };
      const between: tf.Tensor2D = tf.add(hidden, attendInWindows(config, all, `${at}.attn`, normed, where, perFrame));
      return tf.add(between, mlp(all, `${at}.mlp`, layerNorm(all, `${at}.norm2`, between), geluTanh));
    });
    const index = config.deepstackVisualIndexes.indexOf(layer);
    if (index < 0) continue;
    const at4 = `visual.deepstack_merger_list.${index}`;
    deeper.push(mlp(w, at4, layerNorm(w, `${at4}.norm`, merged(config, x)), gelu));
  }
  const last = mlp(w, 'visual.merger', merged(config, layerNorm(w, 'visual.merger.norm', x)), gelu);
  return deeper.length === 0 ? last : tf.concat([last, ...deeper], 1);
}

/** The patches [B * P, hiddenSize] of the images, each with its learned place's embedding on top. */
function addPlaces(config: VisionConfig, w: Weights, x: tf.Tensor2D, images: number, grid: GridThw): tf.Tensor2D {
  const { rows, shares } = learnedPlaces(grid, config);
  const patches = rows.length / 4;
  const corners = embed(matrix(w, 'visual.pos_embed.weight'), tf.tensor1d(rows, 'int32')); // [4 * P, hiddenSize]
  const weighted = tf.mul(corners, tf.tensor2d(shares, [shares.length, 1]));
  const places = tf.sum(tf.reshape(weighted, [4, patches, config.hiddenSize]), 0);
  const placed = tf.add(tf.reshape(x, [images, patches, config.hiddenSize]), places);
  return tf.reshape(placed, [images * patches, config.hiddenSize]);
}

/** The patches of each merge block side by side: [B * P, hiddenSize] -> [B * P / merge^2, merge^2 * hiddenSize]. */
function merged({ hiddenSize, spatialMergeSize }: VisionConfig, x: tf.Tensor2D): tf.Tensor2D {
  return tf.reshape(x, [-1, spatialMergeSize ** 2 * hiddenSize]);
}

function mlp(w: Weights, at: string, x: tf.Tensor2D, activation: (x: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
  const inner = linear(x, matrix(w, `${at}.linear_fc1.weight`), vector(w, `${at}.linear_fc1.bias`));
  return linear(activation(inner), matrix(w, `${at}.linear_fc2.weight`), vector(w, `${at}.linear_fc2.bias`));
}
