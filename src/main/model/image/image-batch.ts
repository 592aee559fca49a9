/** Pictures' patches as tensors: what the vision tower takes. */
import * as tf from '@tensorflow/tfjs-core';
import { type Fixed, fixed } from '../../tensor/tree.ts';
import type { VisionConfig } from '../families/qwen2-5-vl/config.ts';
import type { GridThw } from '../network/rope.ts';
import type { ImagePatches } from './patches.ts';

/** All pictures of a batch, in order. The grids are fixed: the tower's windows follow from them, so that each list of grids has a graph. */
export type ImageBatch = {
  readonly pixels: tf.Tensor2D; // [patches of all pictures, channels * frames * patch * patch]
  readonly grids: Fixed<readonly GridThw[]>; // one per picture
};

/** The pictures as tensors, null where there are none. The caller disposes. */
export function imageBatch(config: VisionConfig, images: readonly ImagePatches[]): ImageBatch | null {
  if (images.length === 0) return null;
  const width = config.inChannels * config.temporalPatchSize * config.patchSize ** 2;
  const all = new Float32Array(images.reduce((sum, { pixelValues }) => sum + pixelValues.length, 0));
  let at = 0;
  for (const { pixelValues } of images) {
    all.set(pixelValues, at);
    at += pixelValues.length;
  }
  return { pixels: tf.tensor2d(all, [all.length / width, width]), grids: fixed(images.map((image) => image.gridThw)) };
}
