/**
 * Where the patches of an image go in the vision tower: window order, rotary angles, which patches see each other
 * (transformers' get_window_index and rot_pos_emb for one image). Plain numbers. Patches come in merge-block order:
 * each 2x2 block's four are adjacent.
 */

import { patchTurns } from '../qwen-shared/patch-turns.ts';
import type { GridThw } from '../qwen-shared/pictures/grid.ts';
import type { VisionConfig } from './config.ts';

/** The vision tower's layout for one grid. Units are merge blocks (spatialMergeSize^2 patches). */
export interface VisionLayout {
  readonly units: number;
  readonly windowIndex: Int32Array; // [units] window order -> original unit
  readonly restore: Int32Array; // [units] original unit -> place in window order
  readonly windowLengths: readonly number[]; // patches per window, in window order
  readonly cos: Float32Array; // [patches, headDim] in window order
  readonly sin: Float32Array;
}

/** Layout of one image of `grid` patches (time, height, width). */
export function visionLayout(grid: GridThw, config: VisionConfig): VisionLayout {
  const merge = config.spatialMergeSize;
  const [frames, height, width] = [grid[0], grid[1] / merge, grid[2] / merge];
  const side = Math.floor(config.windowSize / merge / config.patchSize);
  const windowIndex: number[] = [];
  const windowLengths: number[] = [];
  for (let t = 0; t < frames; t++)
    for (let top = 0; top < height; top += side)
      for (let left = 0; left < width; left += side) {
        const before = windowIndex.length;
        for (let h = top; h < Math.min(top + side, height); h++)
          for (let w = left; w < Math.min(left + side, width); w++) windowIndex.push((t * height + h) * width + w);
        windowLengths.push((windowIndex.length - before) * merge * merge);
      }
  const restore = new Int32Array(windowIndex.length);
  windowIndex.forEach((unit, place) => {
    restore[unit] = place;
  });
  return {
    units: windowIndex.length,
    windowIndex: Int32Array.from(windowIndex),
    restore,
    windowLengths,
    ...patchTurns(windowIndex, height, width, config),
  };
}
