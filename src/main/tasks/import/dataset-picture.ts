/** A picture of an imported question as the page shows it: the file's own pixels, scaled to fit. */
import type { Question } from '../../../shared/question.ts';
import { encodePng } from '../../model/image/encode-png.ts';
import type { Dataset } from './dataset-folder.ts';

/** Pixels of a picture file that a page may ask for: 8K. A larger one takes seconds and gigabytes to decode, for a thumbnail. */
const MOST_SHOWN_PIXELS = 7680 * 4320;

/** A PNG whose longer side has at most `size` pixels. @throws SophiaError where the file is gone or damaged. */
export function datasetPng(dataset: Dataset, question: Question, size: number, at = 0): Buffer {
  const pixels = dataset.loadImage(question, at, MOST_SHOWN_PIXELS);
  return encodePng(pixels, Math.min(1, size / Math.max(pixels.width, pixels.height)));
}
