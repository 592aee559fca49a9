/**
 * A question as a model takes it: prompt ids, image patches, grids. The picture is drawn from the scene at the wanted size, or given
 * as decoded pixels by the caller's loader for imported questions.
 */
import type { Question } from '../../shared/question.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Model } from '../model/folder/model-folder.ts';
import { cutPatches, type ImagePatches, type RgbPixels } from '../model/image/patches.ts';
import type { Prompt } from '../model/network/prefix.ts';
import type { GridThw } from '../model/network/rope.ts';
import { renderQuestion } from '../tasks/scene/render.ts';
import { policyPrompt } from './prompt.ts';

/** A model without its weights: what encoding needs. */
export type Encoder = Pick<Model, 'config' | 'tokenizer'>;

/** How pictures become patches; `loadImage` decodes (and resizes) an imported question's file. */
export interface EncodeOptions {
  readonly imageSize: number;
  readonly prompt: Settings['data']['prompt'];
  readonly loadImage?: (question: Question) => RgbPixels;
}

/** One question, ready for the model. */
export interface EncodedQuestion {
  readonly question: Question;
  readonly prompt: Prompt;
  readonly images: readonly ImagePatches[];
}

/** Encodes a question for the policy. Image sides are cut to multiples of the model's merged patch. */
export function encodeQuestion(model: Encoder, question: Question, options: EncodeOptions): EncodedQuestion {
  const images = questionImages(model, question, options);
  const grids: GridThw[] = images.map((image) => image.gridThw);
  return { question, prompt: policyPrompt(model.tokenizer, model.config, question, grids, options.prompt), images };
}

/** The patches of a question's picture; none for a question without one. */
export function questionImages(
  { config }: Encoder,
  question: Question,
  { imageSize, loadImage }: EncodeOptions,
): ImagePatches[] {
  if (question.image === null) return [];
  const side = config.vision.patchSize * config.vision.spatialMergeSize;
  const size = Math.max(2, Math.round(imageSize / side)) * side;
  const pixels =
    question.image.kind === 'scene' ? renderQuestion(question, { width: size, height: size }) : loadImage!(question);
  return [cutPatches(pixels, config.vision)];
}
