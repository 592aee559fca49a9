/** Images of any family as tensors: what training and generation hand to the vision tower, and what comes back. */
import * as tf from '@tensorflow/tfjs-core';
import { fixed } from '../../tensor/tree.ts';
import type { Weights } from '../network/weights.ts';
import type { ImageBatch, ImageInput, ModelConfig } from './family.ts';
import { familyOf } from './registry.ts';

/** The images as tensors, null where there are none. The caller disposes. */
export function imageBatch(config: ModelConfig, images: readonly ImageInput[]): ImageBatch | null {
  if (images.length === 0) return null;
  const width = familyOf(config).pixelWidth(config);
  const all = new Float32Array(images.reduce((sum, { pixelValues }) => sum + pixelValues.length, 0));
  let at = 0;
  for (const { pixelValues } of images) {
    all.set(pixelValues, at);
    at += pixelValues.length;
  }
  return { pixels: tf.tensor2d(all, [all.length / width, width]), grids: fixed(images.map(({ grid }) => grid)) };
}

/**
 * Image tokens of all images, in order [sum of grids' tokens, layers * H]; `w` holds the vision tower at least. Traceable
 * (tensor/compile.ts).
 */
export function imageFeatures(config: ModelConfig, w: Weights, images: ImageBatch): tf.Tensor2D {
  return familyOf(config).imageFeatures(config, w, images);
}
