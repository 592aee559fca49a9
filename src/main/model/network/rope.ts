/**
 * Multimodal rotary positions (Qwen2-VL, section 2.1; transformers' get_rope_index): every token has a time, height and width position.
 * Text counts on all three at once; an image's tokens share a time and spread over height and width; text goes on after the largest.
 * Plain numbers; tensors are made from the tables by the caller.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { ModelConfig, TextConfig } from '../families/qwen2-5-vl/config.ts';

/** Patches of one image: time, height, width (before merging). */
export type GridThw = readonly [number, number, number];

/** Positions [3][T] of one row of tokens, and how far generation's positions run ahead of its indices. */
export interface RopePositions {
  readonly positions: readonly [Int32Array, Int32Array, Int32Array];
  readonly delta: number; // largest position + 1 - number of attended tokens
}

/**
 * Positions for one row: `ids` [T], `attended` [T] (false on left padding, whose positions are 0), one grid per image in order.
 * Throws a data error when the image tokens do not fit the grids.
 */
export function mropePositions(
  ids: ArrayLike<number>,
  attended: ArrayLike<boolean | number>,
  grids: readonly GridThw[],
  config: ModelConfig,
): RopePositions {
  const length = ids.length;
  const positions: [Int32Array, Int32Array, Int32Array] = [
    new Int32Array(length),
    new Int32Array(length),
    new Int32Array(length),
  ];
  const merge = config.vision.spatialMergeSize;
  let next = 0; // position of the next text token
  let largest = -1;
  let image = 0;
  let padding = 0;
  for (let i = 0; i < length; ) {
    if (!attended[i]) {
      i++;
      padding++;
      continue;
    }
    if (ids[i] !== config.imageTokenId) {
      for (const axis of positions) axis[i] = next;
      largest = next++;
      i++;
      continue;
    }
    const grid = grids[image++];
    if (grid === undefined)
      throw new SophiaError('data', `The prompt has more image places than the ${grids.length} images given.`);
    const [frames, height, width] = [grid[0], grid[1] / merge, grid[2] / merge];
    const start = next;
    for (let t = 0; t < frames; t++)
      for (let h = 0; h < height; h++)
        for (let w = 0; w < width; w++, i++) {
          if (i >= length || ids[i] !== config.imageTokenId)
            throw new SophiaError(
              'data',
              `Image ${image} needs ${frames * height * width} image tokens; the prompt has fewer.`,
            );
          positions[0][i] = start + t;
          positions[1][i] = start + h;
          positions[2][i] = start + w;
        }
    largest = start + Math.max(frames, height, width) - 1;
    next = largest + 1;
  }
  return { positions, delta: largest + 1 - (length - padding) };
}

/** cos and sin tables [T * headDim] of given positions; M-RoPE takes each frequency's angle from its section's axis. */
export function rotaryTables(
  positions: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
  config: TextConfig,
): { cos: Float32Array; sin: Float32Array } {
  const length = positions[0].length;
  const half = config.headDim / 2;
  const inverse = Float32Array.from({ length: half }, (_, i) => config.ropeTheta ** ((-2 * i) / config.headDim));
  const axisOf = config.mropeSection.flatMap((size, axis) => Array<number>(size).fill(axis));
  const cos = new Float32Array(length * config.headDim);
  const sin = new Float32Array(length * config.headDim);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(positions[axisOf[i] as 0 | 1 | 2]![t]! * inverse[i]!);
      const at = t * config.headDim + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
