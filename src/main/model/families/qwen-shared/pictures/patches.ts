/**
 * Pixels to the vision tower's patches (transformers' Qwen2VLImageProcessor after resizing): rescale, normalise, cut
 * into patches of patchSize, in merge-block order; a still image fills every frame of the temporal patch.
 */

import { SophiaError } from '../../../../../shared/errors.ts';
import { entryAt, zip } from '../../../../../shared/values/list.ts';
import type { RgbPixels } from '../../../image/rgb-pixels.ts';
import type { ImageInput } from '../../family.ts';
import { type QwenGrid, qwenGrid } from './grid.ts';
import type { PatchSizes } from './patch-sizes.ts';

/** Normalisation per channel: (value / 255 - mean) / std. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** CLIP's statistics, as every released Qwen2.5-VL checkpoint uses. */
export const CLIP_NORMALISATION: Normalisation = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/**
 * Cuts an image whose sides are multiples of patchSize * spatialMergeSize; throws a data error otherwise (resize
 * first).
 */
export function cutPatches(
  image: RgbPixels,
  config: PatchSizes,
  { mean, std }: Normalisation = CLIP_NORMALISATION,
): ImageInput & { readonly grid: QwenGrid } {
  const { patchSize, spatialMergeSize: merge, temporalPatchSize: frames } = config;
  const [rows, columns] = [image.height / patchSize, image.width / patchSize];
  if (rows % merge !== 0 || columns % merge !== 0) {
    throw new SophiaError(
      'data',
      `An image of ${image.width}x${image.height} does not cut into blocks of ${patchSize * merge} pixels.`,
      'Resize it first.',
    );
  }
  const { data } = image;
  const area = patchSize * patchSize;
  const pixelValues = new Float32Array(rows * columns * 3 * frames * area);
  const values = zip(mean, std).map(([m, s]) => Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - m) / s));
  let at = 0;
  for (let block = 0; block < (rows * columns) / (merge * merge); block++) {
    const top = Math.floor(block / (columns / merge)) * merge;
    const left = (block % (columns / merge)) * merge;
    for (let inner = 0; inner < merge * merge; inner++) {
      const y0 = (top + Math.floor(inner / merge)) * patchSize;
      const x0 = (left + (inner % merge)) * patchSize;
      for (let c = 0; c < 3; c++) {
        const value = entryAt(values, c, 'channel');
        const first = at;
        for (let y = 0; y < patchSize; y++) {
          let pixel = ((y0 + y) * image.width + x0) * 3 + c;
          for (let x = 0; x < patchSize; x++, pixel += 3) pixelValues[at++] = value[data[pixel] ?? 0] ?? 0;
        }
        for (let frame = 1; frame < frames; frame++, at += area) pixelValues.copyWithin(at, first, first + area);
      }
    }
  }
  return { pixelValues, grid: qwenGrid([1, rows, columns], config) };
}
