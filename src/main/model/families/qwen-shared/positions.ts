/**
 * Multimodal rotary positions (Qwen2-VL, section 2.1; transformers' get_rope_index): every token has a time, height and
 * width position. Text counts on all three at once; an image's tokens share a time and spread over height and width;
 * text goes on after the largest.
 */
import { SophiaError } from '../../../../shared/errors.ts';
import type { QwenGrid } from './pictures/grid.ts';
import type { PatchSizes } from './pictures/patch-sizes.ts';

/** What positions depend on. */
export interface PositionConfig {
  readonly imageTokenId: number;
  readonly vision: Pick<PatchSizes, 'spatialMergeSize'>;
}

/**
 * Positions [3][T] of a prompt without padding, one grid per image in order.
 * @throws SophiaError 'data' where tokens and grids do not fit.
 */
export function mropePositions(
  config: PositionConfig,
  ids: readonly number[],
  grids: readonly QwenGrid[],
): Int32Array[] {
  const axes = [0, 1, 2].map(() => new Int32Array(ids.length)) as [Int32Array, Int32Array, Int32Array];
  const merge = config.vision.spatialMergeSize;
  let next = 0; // position of the next text token
  let image = 0;
  for (let i = 0; i < ids.length; ) {
    if (ids[i] !== config.imageTokenId) {
      for (const axis of axes) axis[i] = next;
      next++;
      i++;
      continue;
    }
    const grid = grids[image++];
    if (grid === undefined)
      throw new SophiaError('data', `The prompt has more image places than the ${grids.length} images given.`);
    const [frames, height, width] = [grid.thw[0], grid.thw[1] / merge, grid.thw[2] / merge];
    for (let t = 0; t < frames; t++)
      for (let h = 0; h < height; h++)
        for (let w = 0; w < width; w++, i++) {
          if (i >= ids.length || ids[i] !== config.imageTokenId)
            throw new SophiaError(
              'data',
              `Image ${image} needs ${frames * height * width} image tokens; the prompt has fewer.`,
            );
          axes[0][i] = next + t;
          axes[1][i] = next + h;
          axes[2][i] = next + w;
        }
    next += Math.max(frames, height, width);
  }
  return axes;
}
