/**
 * Where the patches of an image lie on the square of learned places (transformers' bilinear interpolation with aligned
 * corners, `pos_embed`). Plain numbers. Patches come in merge-block order.
 */
import type { GridThw } from '../qwen-shared/pictures/grid.ts';
import type { VisionConfig } from './config.ts';

/** Four learned places per patch and their shares, as [4][patches]: above left, above right, below left, below right. */
export interface LearnedPlaces {
  readonly rows: Int32Array; // [4 * patches] rows of the table
  readonly shares: Float32Array; // [4 * patches]; a patch's four sum to 1
}

/** The learned places of one image of `grid` patches (time, height, width). */
export function learnedPlaces([frames, height, width]: GridThw, config: VisionConfig): LearnedPlaces {
  const side = Math.floor(Math.sqrt(config.numPositionEmbeddings));
  const merge = config.spatialMergeSize;
  const patches = frames * height * width;
  const rows = new Int32Array(4 * patches);
  const shares = new Float32Array(4 * patches);
  const [down, across] = [axisOf(height, side), axisOf(width, side)];
  for (let patch = 0; patch < patches; patch++) {
    const within = patch % (height * width);
    const block = Math.floor(within / (merge * merge));
    const inner = within % (merge * merge);
    const y = Math.floor(block / (width / merge)) * merge + Math.floor(inner / merge);
    const x = (block % (width / merge)) * merge + (inner % merge);
    for (const [corner, [dy, dx]] of CORNERS.entries()) {
      const at = corner * patches + patch;
      rows[at] = down.place(y, dy) * side + across.place(x, dx);
      shares[at] = down.share(y, dy) * across.share(x, dx);
    }
  }
  return { rows, shares };
}

const CORNERS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** `count` patches spread from the first to the last of `side` places: the place before (0) or behind (1), and its share. */
function axisOf(count: number, side: number) {
  const at = (i: number) => Math.fround((i * (side - 1)) / Math.max(1, count - 1));
  return {
    place: (i: number, behind: 0 | 1) => Math.min(Math.floor(at(i)) + behind, side - 1),
    share: (i: number, behind: 0 | 1) => 1 - Math.abs(Math.fround(at(i) - Math.floor(at(i))) - behind),
  };
}
