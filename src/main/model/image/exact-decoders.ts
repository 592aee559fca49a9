/**
 * Decoders for what a canvas cannot give: TIFF, and PNG with transparency, whose colours a canvas loses where they are transparent. As
 * Pillow's convert("RGB"), which transformers' image processors call, the alpha channel is dropped and colours stay as they are stored.
 */
import { decode as decodePng } from 'fast-png';
import { decode as decodeTiff } from 'tiff';
import { entryAt, firstOf } from '../../../shared/values/list.ts';
import type { RgbPixels } from './rgb-pixels.ts';

/** The pixels of a PNG file, its alpha dropped. @throws Error of the decoder for a damaged file */
export function pngPixels(bytes: Uint8Array): RgbPixels {
  const { width, height, depth, channels, data, palette } = decodePng(bytes);
  if (palette !== undefined) return { width, height, data: fromPalette(data, palette, width, height, depth) };
  return {
    width,
    height,
    data: toRgb(data, width * height, channels, depth === 16 ? 257 : 255 / (2 ** depth - 1), depth),
  };
}

/** Indices of `depth` bits, rows padded to whole bytes, to colours. */
function fromPalette(
  data: ArrayLike<number>,
  palette: readonly (readonly number[])[],
  width: number,
  height: number,
  depth: number,
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  const perRow = Math.ceil((width * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * perRow + Math.floor((x * depth) / 8)] ?? 0;
      const index = (byte >> (8 - depth - ((x * depth) % 8))) & (2 ** depth - 1);
      const [r = 0, g = 0, b = 0] = palette[index] ?? [];
      rgb.set([r, g, b], (y * width + x) * 3);
    }
  }
  return rgb;
}

/** The first picture of a TIFF file. @throws Error of the decoder for a damaged file or one of a compression that it does not know */
export function tiffPixels(bytes: Uint8Array): RgbPixels {
  const page = firstOf(decodeTiff(bytes, { pages: [0] }), 'picture');
  const { width, height, data, components, palette, bitsPerSample } = page;
  if (palette !== undefined) {
    const colours = palette.map((colour) => colour.map((value) => value >> 8));
    return { width, height, data: indexed(data, colours, width * height) };
  }
  const depth = ([bitsPerSample].flat() as number[])[0] ?? 8; // a list, or the one number of a grey picture
  if (data instanceof Float32Array || data instanceof Float64Array) throw new Error('its pixels are no whole numbers');
  const rgb = toRgb(data, width * height, components, depth === 16 ? 257 : 1, depth);
  if (page.type === 0) for (const [i, value] of rgb.entries()) rgb[i] = 255 - value; // white is zero
  return { width, height, data: rgb };
}

function indexed(data: ArrayLike<number>, palette: readonly (readonly number[])[], count: number): Uint8Array {
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const [r = 0, g = 0, b = 0] = entryAt(palette, data[i] ?? 0, 'colour');
    rgb.set([r, g, b], i * 3);
  }
  return rgb;
}

/** Grey, grey with alpha, colour or colour with alpha as three bytes per pixel; 16 bits are cut to 8 as Pillow does. */
function toRgb(data: ArrayLike<number>, count: number, channels: number, scale: number, depth: number): Uint8Array {
  const rgb = new Uint8Array(count * 3);
  const isGrey = channels < 3;
  const byte = (value: number) => (depth === 16 ? value >> 8 : depth === 8 ? value : Math.round(value * scale));
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = byte(data[i * channels + (isGrey ? 0 : c)] ?? 0);
  }
  return rgb;
}
