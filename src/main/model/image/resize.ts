/**
 * Resizing as Pillow does it: bicubic with a = -0.5, widened where it shrinks (antialiased), first across, then down (Pillow up to 12, torchvision; Pillow 13 goes down first for some sizes),
 * each pass in fixed point with a result of eight bits.
 */
import type { RgbPixels } from './rgb-pixels.ts';

/** Height and width after resizing, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Resizes by Pillow's bicubic filter; the same image when it has the size already. */
export function resizeBicubic(image: RgbPixels, size: ImageSize): RgbPixels {
  const across = image.width === size.width ? image : resizeRows(image, size.width);
  return across.height === size.height ? across : resizeColumns(across, size.height);
}

/** What one output pixel takes from the input: pixels from `first` on, weighted in fixed point. */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

/** Pillow's PRECISION_BITS: 32 bits, less 8 of the pixel and 2 for weights beyond one. */
const FRACTION_BITS = 22;

function tapsOf(input: number, output: number): Taps[] {
  const scale = input / output;
  const spread = Math.max(scale, 1); // shrinking widens the filter
  const reach = 2 * spread;
  return Array.from({ length: output }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(input, Math.trunc(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) => bicubic((k + first - centre + 0.5) / spread));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: Int32Array.from(weights, (w) => awayFromZero((w / sum) * 2 ** FRACTION_BITS)) };
  });
}

/** Keys' cubic kernel with a = -0.5. */
function bicubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

const awayFromZero = (x: number): number => Math.trunc(x < 0 ? x - 0.5 : x + 0.5);

function resizeRows(image: RgbPixels, width: number): RgbPixels {
  const taps = tapsOf(image.width, width);
  const data = new Uint8Array(width * image.height * 3);
  for (let y = 0, to = 0; y < image.height; y++) {
    for (const { first, weights } of taps) {
      const from = (y * image.width + first) * 3;
      for (let c = 0; c < 3; c++) data[to++] = weighted(image.data, from + c, 3, weights);
    }
  }
  return { width, height: image.height, data };
}

function resizeColumns(image: RgbPixels, height: number): RgbPixels {
  const row = image.width * 3;
  const data = new Uint8Array(row * height);
  let to = 0;
  for (const { first, weights } of tapsOf(image.height, height)) {
    for (let x = 0; x < row; x++) data[to++] = weighted(image.data, first * row + x, row, weights);
  }
  return { width: image.width, height, data };
}

/** The weighted sum of bytes, rounded and clipped to a byte; stays below 2^31, so plain numbers are exact. */
function weighted(bytes: Uint8Array, from: number, step: number, weights: Int32Array): number {
  let sum = 1 << (FRACTION_BITS - 1);
  for (let i = 0, at = from; i < weights.length; i++, at += step) sum += (bytes[at] ?? 0) * (weights[i] ?? 0);
  const value = Math.floor(sum / (1 << FRACTION_BITS));
  return value < 0 ? 0 : Math.min(value, 255);
}
