/** From the patches of all images to their image tokens. */

import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../network/weights.ts';
import type { ImageBatch } from '../family.ts';
import { featuresByGrid } from '../qwen-shared/by-grid.ts';
import type { QwenGrid } from '../qwen-shared/pictures/grid.ts';
import type { QwenVlConfig } from './config.ts';
import { visionForward } from './vision.ts';
import { visionLayout } from './vision-layout.ts';

/** Image tokens of all images, in order: [sum of units, H]. */
export function imageFeatures(config: QwenVlConfig, w: Weights, images: ImageBatch<QwenGrid>): tf.Tensor2D {
  return featuresByGrid(images, (pixels, count, { thw }) =>
    visionForward(config.vision, w, pixels, count, visionLayout(thw, config.vision)),
  );
}
