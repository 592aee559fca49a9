/** What Qwen's vision towers have in common in how pictures are cut. */

/** The sizes of patches. Lengths in pixels unless told. */
export interface PatchSizes {
  readonly patchSize: number;
  readonly spatialMergeSize: number; // patches per side that become one image token
  readonly temporalPatchSize: number; // frames per patch; a still image is repeated
  readonly inChannels: number;
}

/** Numbers per patch. */
export function patchDim({ inChannels, temporalPatchSize, patchSize }: PatchSizes): number {
  return inChannels * temporalPatchSize * patchSize ** 2;
}

/** The side in pixels, near the wanted one, at which a square picture is cut without being resized. */
export function pictureSide({ patchSize, spatialMergeSize }: PatchSizes, wanted: number): number {
  const step = patchSize * spatialMergeSize;
  return Math.max(2, Math.round(wanted / step)) * step;
}
