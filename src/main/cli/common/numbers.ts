/** Numbers on the command line, within bounds. */
import { InvalidArgumentError } from 'commander';

/** What the options say that bound the pixels of pictures, as data.maxPixels and data.minPixels do. */
export const MAX_PIXELS_HELP = "pictures with more pixels are made smaller (default: the checkpoint's own limit)";
export const MIN_PIXELS_HELP = "pictures with fewer pixels are made larger (default: the checkpoint's own limit)";

/** Reads a whole number within bounds. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Give a whole number from ${least}${most < 1e9 ? ` to ${most}` : ''}.`);
    return value;
  };
}

/** Reads a number within bounds. */
export function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
    return value;
  };
}
