/** Pixels as a PNG file: what an endpoint is sent of an imported question's picture. */
import { createCanvas } from '@napi-rs/canvas';
import type { RgbPixels } from './patches.ts';

/** The bytes of a PNG file of the pixels [height, width, 3]. */
export function encodePng({ width, height, data }: RgbPixels): Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    image.data.set(data.subarray(from, from + 3), to);
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas.toBuffer('image/png');
}
