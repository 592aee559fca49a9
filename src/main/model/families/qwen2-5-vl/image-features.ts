/**
 * From the patches of all images to their image tokens. Images of one grid that follow each other share a pass of the
 * vision tower.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../../../shared/values/list.ts';
import type { Weights } from '../../network/weights.ts';
import type { ImageBatch } from '../family.ts';
import type { QwenVlConfig } from './config.ts';
import type { QwenGrid } from './grid.ts';
import { visionForward } from './vision.ts';
import { visionLayout } from './vision-layout.ts';

/** Image tokens of all images, in order: [sum of units, H]. */
export function imageFeatures(config: QwenVlConfig, w: Weights, images: ImageBatch<QwenGrid>): tf.Tensor2D {
  const grids = images.grids.value;
  const parts: tf.Tensor2D[] = [];
  let row = 0;
  for (let i = 0; i < grids.length; ) {
    const grid = entryAt(grids, i, 'grid');
    let equal = 1;
    while (grids[i + equal]?.key === grid.key) equal++;
    const patches = grid.rows * equal;
    const pixels = tf.slice(images.pixels, [row, 0], [patches, -1]);
    parts.push(visionForward(config.vision, w, pixels, equal, visionLayout(grid.thw, config.vision)));
    row += patches;
    i += equal;
  }
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : tf.concat(parts, 0);
}
