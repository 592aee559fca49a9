/**
 * The geometry of an image in Qwen-VL models: its patches along time, height and width, of which merge x merge become one
 * image token.
 */
import type { ImageGrid } from '../../family.ts';
import type { PatchSizes } from './patch-sizes.ts';

/** Patches of one image: time, height, width (before merging). */
export type GridThw = readonly [number, number, number];

/** A grid with what the other layers know of it. */
export interface QwenGrid extends ImageGrid {
  readonly thw: GridThw;
}

/** The grid of an image of so many patches. */
export function qwenGrid(thw: GridThw, { spatialMergeSize }: Pick<PatchSizes, 'spatialMergeSize'>): QwenGrid {
  const rows = thw[0] * thw[1] * thw[2];
  return { key: thw.join(), tokens: rows / spatialMergeSize ** 2, rows, thw };
}
