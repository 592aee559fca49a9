/** A picture of an imported question as the page shows it: the file's own pixels, scaled to fit. */
import type { Question } from '../../../shared/question.ts';
import { encodePng } from '../../model/image/encode-png.ts';
import type { Dataset } from './dataset-folder.ts';

/** A PNG whose longer side has at most `size` pixels. @throws SophiaError where the file is gone or damaged. */
export function datasetPng(dataset: Dataset, question: Question, size: number, at = 0): Buffer {
  const pixels = dataset.loadImage(question, at);
  return encodePng(pixels, Math.min(1, size / Math.max(pixels.width, pixels.height)));
}
