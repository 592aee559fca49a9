/** The size a picture is given for the vision tower (transformers' smart_resize). */
import { SophiaError } from '../../../../../shared/errors.ts';
import type { ImageSize } from '../../../image/resize.ts';

/** A side may be this many times longer than the other, as in transformers. */
const MAX_ASPECT_RATIO = 200;

/**
 * transformers' smart_resize: sides near the picture's own, multiples of `factor` (patch x merge), with a number of
 * pixels in [minPixels, maxPixels] where the factor allows, proportions kept as far as possible.
 * @throws SophiaError 'data' for a picture that is too long and thin.
 */
export function smartResize(
  height: number,
  width: number,
  factor: number,
  minPixels: number,
  maxPixels: number,
): ImageSize {
  const ratio = Math.max(height, width) / Math.min(height, width);
  if (!(ratio <= MAX_ASPECT_RATIO)) {
    throw new SophiaError(
      'data',
      `An image of ${width}x${height} pixels is too long and thin: at most ${MAX_ASPECT_RATIO} to 1.`,
    );
  }
  const near = { height: roundHalfEven(height / factor) * factor, width: roundHalfEven(width / factor) * factor };
  if (near.height * near.width > maxPixels) {
    const beta = Math.sqrt((height * width) / maxPixels);
    const fit = (side: number) => Math.max(factor, Math.floor(side / beta / factor) * factor);
    return { height: fit(height), width: fit(width) };
  }
  if (near.height * near.width < minPixels) {
    const beta = Math.sqrt(minPixels / (height * width));
    const fit = (side: number) => Math.ceil((side * beta) / factor) * factor;
    return { height: fit(height), width: fit(width) };
  }
  return near;
}

/** Python's round: halves go to the even neighbour. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}
