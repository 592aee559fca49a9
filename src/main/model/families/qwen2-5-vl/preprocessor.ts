/**
 * A checkpoint's preprocessor_config.json, and the whole way from a picture of any size to patches (transformers'
 * Qwen2VLImageProcessor). Both ways of giving the pixel limits are read: `size` and `min_pixels`/`max_pixels`.
 */

import { z } from 'zod';
import { SophiaError } from '../../../../shared/errors.ts';
import { firstOf } from '../../../../shared/values/list.ts';
import { resizeBicubic } from '../../image/resize.ts';
import type { RgbPixels } from '../../image/rgb-pixels.ts';
import type { VisionConfig } from './config.ts';
import { CLIP_NORMALISATION, cutPatches, type Normalisation } from './patches.ts';
import { smartResize } from './smart-resize.ts';

/** How pictures are prepared for a model. */
export interface Preprocessor {
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly normalisation: Normalisation;
}

const three = z.array(z.number()).length(3);
const schema = z.object({
  size: z.object({ shortest_edge: z.int().positive().nullish(), longest_edge: z.int().positive().nullish() }).nullish(),
  min_pixels: z.int().positive().nullish(),
  max_pixels: z.int().positive().nullish(),
  image_mean: three.default([...CLIP_NORMALISATION.mean]),
  image_std: three.default([...CLIP_NORMALISATION.std]),
  patch_size: z.int().positive().nullish(),
  merge_size: z.int().positive().nullish(),
  temporal_patch_size: z.int().positive().nullish(),
});

/** transformers' defaults for the number of pixels. */
const DEFAULT_PIXELS = { min: 56 * 56, max: 28 * 28 * 1280 } as const;

/**
 * The preprocessor described by the parsed file; transformers' defaults for what it leaves out.
 * @throws SophiaError 'data' naming the key that is wrong or contradicts config.json.
 */
export function parsePreprocessor(
  json: unknown,
  vision: VisionConfig,
  where = 'preprocessor_config.json',
): Preprocessor {
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = firstOf(result.error.issues, 'failed check');
    throw new SophiaError('data', `${where}: ${issue.path.join('.')}: ${issue.message}.`);
  }
  const file = result.data;
  const pairs = [
    ['patch_size', file.patch_size, vision.patchSize],
    ['merge_size', file.merge_size, vision.spatialMergeSize],
    ['temporal_patch_size', file.temporal_patch_size, vision.temporalPatchSize],
  ] as const;
  for (const [key, here, there] of pairs) {
    if (here != null && here !== there)
      throw new SophiaError('data', `${where}: ${key} is ${here}, but ${there} in config.json.`);
  }
  const minPixels = file.min_pixels ?? file.size?.shortest_edge ?? DEFAULT_PIXELS.min;
  const maxPixels = file.max_pixels ?? file.size?.longest_edge ?? DEFAULT_PIXELS.max;
  if (minPixels > maxPixels)
    throw new SophiaError('data', `${where}: at least ${minPixels} pixels, but at most ${maxPixels}.`);
  return { minPixels, maxPixels, normalisation: { mean: file.image_mean, std: file.image_std } };
}

/** Patches of a picture of any size: resized to what the vision tower takes, normalised, cut. */
export function imageToPatches(
  image: RgbPixels,
  preprocessor: Preprocessor,
  vision: VisionConfig,
): ReturnType<typeof cutPatches> {
  return cutPatches(fitImage(image, preprocessor, vision), vision, preprocessor.normalisation);
}

/** The picture at the size the vision tower takes it. */
export function fitImage(image: RgbPixels, { minPixels, maxPixels }: Preprocessor, vision: VisionConfig): RgbPixels {
  const factor = vision.patchSize * vision.spatialMergeSize;
  return resizeBicubic(image, smartResize(image.height, image.width, factor, minPixels, maxPixels));
}

/** The preprocessor_config.json of a configuration: CLIP's normalisation, 4 to 1280 image tokens. */
export function preprocessorJson(vision: VisionConfig): Record<string, unknown> {
  const side = vision.patchSize * vision.spatialMergeSize;
  return {
    image_processor_type: 'Qwen2VLImageProcessor',
    processor_class: 'Qwen2_5_VLProcessor',
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: CLIP_NORMALISATION.mean,
    image_std: CLIP_NORMALISATION.std,
    rescale_factor: 1 / 255,
    resample: 3,
    min_pixels: side * side * 4,
    max_pixels: side * side * 1280,
    patch_size: vision.patchSize,
    merge_size: vision.spatialMergeSize,
    temporal_patch_size: vision.temporalPatchSize,
  };
}
