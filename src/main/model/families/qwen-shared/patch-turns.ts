/**
 * The rotary angles of an image's patches (transformers' Qwen2_5_VLVisionRotaryEmbedding). Plain numbers. Patches come
 * in merge-block order: the patches of a block, which becomes one image token, are adjacent.
 */

/** What the angles depend on. */
export interface TurnSizes {
  readonly hiddenSize: number;
  readonly numHeads: number;
  readonly spatialMergeSize: number;
  readonly ropeTheta: number;
}

/**
 * cos and sin [patches, headDim] of blocks in the given order; the image has `height` x `width` blocks per frame. The
 * first half of the frequencies turns by the patch's row, the second by its column.
 */
export function patchTurns(
  blocks: Iterable<number> & { readonly length: number },
  height: number,
  width: number,
  { hiddenSize, numHeads, spatialMergeSize: merge, ropeTheta }: TurnSizes,
): { cos: Float32Array; sin: Float32Array } {
  const headDim = hiddenSize / numHeads;
  const half = headDim / 2;
  const quarter = half / 2;
  const inverse = Float32Array.from({ length: quarter }, (_, i) => ropeTheta ** ((-2 * i) / half));
  const patches = blocks.length * merge * merge;
  const cos = new Float32Array(patches * headDim);
  const sin = new Float32Array(patches * headDim);
  let patch = 0;
  for (const block of blocks) {
    const row = Math.floor((block % (height * width)) / width) * merge;
    const column = (block % width) * merge;
    for (let i = 0; i < merge * merge; i++, patch++) {
      const [y, x] = [row + Math.floor(i / merge), column + (i % merge)];
      for (let f = 0; f < half; f++) {
        const angle = Math.fround((f < quarter ? y : x) * (inverse[f % quarter] ?? 0));
        const at = patch * headDim + f;
        cos[at] = cos[at + half] = Math.cos(angle);
        sin[at] = sin[at + half] = Math.sin(angle);
      }
    }
  }
  return { cos, sin };
}
