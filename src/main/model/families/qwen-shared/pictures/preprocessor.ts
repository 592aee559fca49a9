/**
 * A checkpoint's preprocessor_config.json, and the whole way from a picture of any size to patches (transformers'
 * Qwen2VLImageProcessor). Both ways of giving the pixel limits are read: `size` and `min_pixels`/`max_pixels`.
 */

import { z } from 'zod';
import { SophiaError } from '../../../../../shared/errors.ts';
import { firstOf } from '../../../../../shared/values/list.ts';
import { type ImageSize, resizeBicubic } from '../../../image/resize.ts';
import type { ImageEncoder, PixelLimits } from '../../family.ts';
import { qwenGrid } from './grid.ts';
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

/** The way of pictures to a model's vision tower. @throws SophiaError 'data' as parsePreprocessor does */
export function qwenImageEncoder(
  vision: PatchSizes,
  json: unknown,
  defaults: PreprocessorDefaults,
  where: string,
): ImageEncoder {
  const own = parsePreprocessor(json, vision, defaults, where);
  const sizeOf = (size: ImageSize, limits?: PixelLimits) => fittedSize(size, boundsWithin(own, limits), vision);
  return {
    encode: (image, limits) => cutPatches(resizeBicubic(image, sizeOf(image, limits)), vision, own.normalisation),
    gridOf: (size, limits) => {
      const { height, width } = sizeOf(size, limits);
      return qwenGrid([1, height / vision.patchSize, width / vision.patchSize], vision);
    },
    boundsOf: (limits) => boundsWithin(own, limits),
  };
}

type Bounds = Pick<Preprocessor, 'minPixels' | 'maxPixels'>;

/** A checkpoint's bounds under limits: one that is given holds, and the other one gives way to it. */
function boundsWithin({ minPixels, maxPixels }: Bounds, limits?: PixelLimits): Bounds {
  const [least, most] = [limits?.minPixels ?? null, limits?.maxPixels ?? null];
  return {
    minPixels: least ?? Math.min(minPixels, most ?? minPixels),
    maxPixels: most ?? Math.max(maxPixels, least ?? maxPixels),
  };
}

/** The size at which the vision tower takes a picture. */
export function fittedSize(
  { height, width }: ImageSize,
  { minPixels, maxPixels }: Bounds,
  vision: PatchSizes,
): ImageSize {
  return smartResize(height, width, vision.patchSize * vision.spatialMergeSize, minPixels, maxPixels);
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
