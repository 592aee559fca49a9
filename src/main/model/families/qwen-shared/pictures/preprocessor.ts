/**
 * A checkpoint's preprocessor_config.json, and the whole way from a picture of any size to patches (transformers'
 * Qwen2VLImageProcessor). Both ways of giving the pixel limits are read: `size` and `min_pixels`/`max_pixels`.
 */

import { z } from 'zod';
import { SophiaError } from '../../../../../shared/errors.ts';
import { firstOf } from '../../../../../shared/values/list.ts';
import { resizeBicubic } from '../../../image/resize.ts';
import type { RgbPixels } from '../../../image/rgb-pixels.ts';
import type { PatchSizes } from './patch-sizes.ts';
import { cutPatches, type Normalisation } from './patches.ts';
import { smartResize } from './smart-resize.ts';

/** How pictures are prepared for a model. */
export interface Preprocessor {
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly normalisation: Normalisation;
}

/** What a family's pictures are prepared like where a file says nothing, and what it writes into one. */
export interface PreprocessorDefaults {
  readonly processor: string; // transformers' class
  readonly normalisation: Normalisation;
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly tokens: readonly [least: number, most: number]; // image tokens of a picture, as a written file limits them
}

const three = z.array(z.number()).length(3);
const schema = z.object({
  size: z.object({ shortest_edge: z.int().positive().nullish(), longest_edge: z.int().positive().nullish() }).nullish(),
  min_pixels: z.int().positive().nullish(),
  max_pixels: z.int().positive().nullish(),
  image_mean: three.nullish(),
  image_std: three.nullish(),
  patch_size: z.int().positive().nullish(),
  merge_size: z.int().positive().nullish(),
  temporal_patch_size: z.int().positive().nullish(),
});

/**
 * The preprocessor described by the parsed file; the family's defaults for what it leaves out.
 * @throws SophiaError 'data' naming the key that is wrong or contradicts config.json.
 */
export function parsePreprocessor(
  json: unknown,
  vision: PatchSizes,
  defaults: PreprocessorDefaults,
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
  const minPixels = file.min_pixels ?? file.size?.shortest_edge ?? defaults.minPixels;
  const maxPixels = file.max_pixels ?? file.size?.longest_edge ?? defaults.maxPixels;
  if (minPixels > maxPixels)
    throw new SophiaError('data', `${where}: at least ${minPixels} pixels, but at most ${maxPixels}.`);
  const { mean, std } = defaults.normalisation;
  return { minPixels, maxPixels, normalisation: { mean: file.image_mean ?? mean, std: file.image_std ?? std } };
}

/** Patches of a picture of any size: resized to what the vision tower takes, normalised, cut. */
export function imageToPatches(
  image: RgbPixels,
  preprocessor: Preprocessor,
  vision: PatchSizes,
): ReturnType<typeof cutPatches> {
  return cutPatches(fitImage(image, preprocessor, vision), vision, preprocessor.normalisation);
}

/** The picture at the size the vision tower takes it. */
export function fitImage(image: RgbPixels, { minPixels, maxPixels }: Preprocessor, vision: PatchSizes): RgbPixels {
  const factor = vision.patchSize * vision.spatialMergeSize;
  return resizeBicubic(image, smartResize(image.height, image.width, factor, minPixels, maxPixels));
}

/** The preprocessor_config.json of a configuration, by its family's defaults. */
export function preprocessorJson(
  vision: PatchSizes,
  { processor, normalisation, tokens: [least, most] }: PreprocessorDefaults,
): Record<string, unknown> {
  const side = vision.patchSize * vision.spatialMergeSize;
  return {
    image_processor_type: 'Qwen2VLImageProcessor',
    processor_class: processor,
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: normalisation.mean,
    image_std: normalisation.std,
    rescale_factor: 1 / 255,
    resample: 3,
    min_pixels: side * side * least,
    max_pixels: side * side * most,
    patch_size: vision.patchSize,
    merge_size: vision.spatialMergeSize,
    temporal_patch_size: vision.temporalPatchSize,
  };
}
