/**
 * The rotation that a camera notes in a picture's EXIF part, and turning the pixels by it, as Pillow's exif_transpose does.
 */
import type { RgbPixels } from './rgb-pixels.ts';

/** EXIF's values of "Orientation": 1 is upright; 5 to 8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;

/** The orientation in an EXIF part (a TIFF header and its first directory); 1 when there is none or the part is damaged. */
export function exifOrientation(tiff: Buffer): Orientation {
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const u16 = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (order === 'II' ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  try {
    const directory = u32(4);
    for (let entry = directory + 2; entry < directory + 2 + 12 * u16(directory); entry += 12) {
      if (u16(entry) !== ORIENTATION_TAG) continue;
      const value = u16(entry + 8);
      return value >= 1 && value <= 8 ? (value as Orientation) : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a directory that points out of the part
  }
  return 1;
}

/** The picture upright. */
export function turnUpright(image: RgbPixels, orientation: Orientation): RgbPixels {
  if (orientation === 1) return image;
  const swap = orientation >= 5;
  const [width, height] = swap ? [image.height, image.width] : [image.width, image.height];
  const [right, bottom] = [image.width - 1, image.height - 1];
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = SOURCE[orientation](x, y, right, bottom);
      const from = (fromY * image.width + fromX) * 3;
      data[to++] = image.data[from] ?? 0;
      data[to++] = image.data[from + 1] ?? 0;
      data[to++] = image.data[from + 2] ?? 0;
    }
  }
  return { width, height, data };
}

/** Where the pixel at (x, y) of the upright picture lies in the stored one. */
const SOURCE = {
  1: (x, y) => [x, y],
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
} as const satisfies Record<Orientation, (x: number, y: number, right: number, bottom: number) => [number, number]>;
