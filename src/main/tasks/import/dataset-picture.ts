/** A picture of an imported question as the page shows it: the file's own pixels, scaled to fit. */
import { createCanvas } from '@napi-rs/canvas';
import type { Question } from '../../../shared/question.ts';
import type { Dataset } from './dataset-folder.ts';

/** A PNG whose longer side has at most `size` pixels. @throws SophiaError where the file is gone or damaged. */
export function datasetPng(dataset: Dataset, question: Question, size: number): Buffer {
  const { width, height, data } = dataset.loadImage(question);
  const whole = createCanvas(width, height);
  const context = whole.getContext('2d');
  const pixels = context.createImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data[to] = data[from]!;
    pixels.data[to + 1] = data[from + 1]!;
    pixels.data[to + 2] = data[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  const scale = Math.min(1, size / Math.max(width, height));
  const fitted = createCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  fitted.getContext('2d').drawImage(whole, 0, 0, fitted.width, fitted.height);
  return fitted.toBuffer('image/png');
}
