/** The pictures of an imported data set at the size that a model takes them, as transformers' processor would resize them. */
import type { Question } from '../../../shared/question.ts';
import type { VisionConfig } from '../../model/families/qwen2-5-vl/config.ts';
import type { RgbPixels } from '../../model/image/patches.ts';
import { fitImage, loadPreprocessor } from '../../model/image/preprocessor.ts';
import type { Dataset } from './dataset-folder.ts';

/** A loader for encodeQuestion: decodes a question's picture and fits it to the model of this folder. */
export function fittedImages(
  dataset: Dataset,
  modelDir: string,
  vision: VisionConfig,
): (question: Question) => RgbPixels {
  const preprocessor = loadPreprocessor(modelDir, vision);
  return (question) => fitImage(dataset.loadImage(question), preprocessor, vision);
}
