/** From the patches of all images to their image tokens: images of one grid that follow each other share a pass. */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../../../shared/values/list.ts';
import type { ImageBatch } from '../family.ts';
import type { QwenGrid } from './pictures/grid.ts';

/** The vision tower on the patches [images * grid.rows, patchDim] of so many images of one grid. */
export type TowerPass = (pixels: tf.Tensor2D, images: number, grid: QwenGrid) => tf.Tensor2D;

/** Image tokens of all images, in order: [sum of grids' tokens, width of what `pass` makes]. */
export function featuresByGrid(images: ImageBatch<QwenGrid>, pass: TowerPass): tf.Tensor2D {
  const grids = images.grids.value;
  const parts: tf.Tensor2D[] = [];
  let row = 0;
  for (let i = 0; i < grids.length; ) {
    const grid = entryAt(grids, i, 'grid');
    let equal = 1;
    while (grids[i + equal]?.key === grid.key) equal++;
    const patches = grid.rows * equal;
    parts.push(pass(tf.slice(images.pixels, [row, 0], [patches, -1]), equal, grid));
    row += patches;
    i += equal;
  }
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : tf.concat(parts, 0);
}
