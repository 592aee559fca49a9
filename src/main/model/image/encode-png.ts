/** Pixels as a PNG file, scaled down where asked: imported questions' pictures for the page and for a judge over the network. */
import { createCanvas } from '@napi-rs/canvas';
import type { RgbPixels } from './rgb-pixels.ts';

/** The bytes of a PNG file of the pixels [height, width, 3], both sides multiplied by `scale` (above 0, at most 1). */
export function encodePng({ width, height, data }: RgbPixels, scale = 1): Buffer {
  const whole = createCanvas(width, height);
  const context = whole.getContext('2d');
  const image = context.createImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    image.data[to] = data[from] ?? 0;
    image.data[to + 1] = data[from + 1] ?? 0;
    image.data[to + 2] = data[from + 2] ?? 0;
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  if (scale >= 1) return whole.toBuffer('image/png');
  const fitted = createCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  fitted.getContext('2d').drawImage(whole, 0, 0, fitted.width, fitted.height);
  return fitted.toBuffer('image/png');
}
