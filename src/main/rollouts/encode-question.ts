/**
 * A question as a model takes it: prompt and images. The picture is drawn from the scene at the wanted size, or decoded
 * by the caller's loader for imported questions, and cut as the model's family and preprocessor say.
 */

import type { Question } from '../../shared/question.ts';
import { shownPictures } from '../../shared/question-parts.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { getOrMake, present } from '../../shared/values/list.ts';
import type { ImageInput, PixelLimits } from '../model/families/family.ts';
import { familyOf } from '../model/families/registry.ts';
import type { ModelEncoder } from '../model/folder/model-folder.ts';
import type { Prompt } from '../model/network/prefix.ts';
import type { LoadImage } from '../tasks/question-picture.ts';
import { renderQuestion } from '../tasks/scene/render.ts';
import { type JudgeTexts, judgePrompt, type PromptTexts, policyPrompt, ratingPrompt } from './prompt.ts';

/** How pictures are had and what is asked; `loadImage` decodes an imported question's file. */
export interface EncodeOptions {
  readonly imageSize: number;
  readonly pixels?: PixelLimits | undefined; // of pictures once resized; default: the checkpoint's own
  readonly prompt: Settings['data']['prompt'];
  readonly texts?: PromptTexts | undefined; // of prompt `template`
  readonly loadImage?: LoadImage | undefined;
}

/** How the embedded models see a question. */
export const EMBEDDED = { imageSize: 56, prompt: 'short' } as const satisfies EncodeOptions;

/** The limits on pictures that settings or options give; undefined where they leave the checkpoint's own. */
export function givenPixels({ minPixels, maxPixels }: PixelLimits): PixelLimits | undefined {
  return minPixels === null && maxPixels === null ? undefined : { minPixels, maxPixels };
}

/** One question, ready for the model. */
export interface EncodedQuestion {
  readonly question: Question;
  readonly prompt: Prompt;
  readonly images: readonly ImageInput[];
}

/** Encodes a question for the policy. */
export function encodeQuestion(model: ModelEncoder, question: Question, options: EncodeOptions): EncodedQuestion {
  const images = questionImages(model, question, options);
  const grids = images.map(({ grid }) => grid);
  return { question, prompt: policyPrompt(model, question, grids, options.prompt, options.texts), images };
}

/** Encodes a question for a TRM: what it reads before a thinking. */
export function encodeForRating(model: ModelEncoder, question: Question, options: EncodeOptions): EncodedQuestion {
  const images = questionImages(model, question, options);
  const grids = images.map(({ grid }) => grid);
  return { question, prompt: ratingPrompt(model, question, grids), images };
}

/** Encodes a question for a judge that writes its score: its images with the texts around it, the thinking among them. */
export function encodeForJudge(
  model: ModelEncoder,
  question: Question,
  texts: JudgeTexts,
  images: readonly ImageInput[],
): EncodedQuestion {
  const grids = images.map(({ grid }) => grid);
  return { question, prompt: judgePrompt(model, question, texts, grids), images };
}

/**
 * A question's pictures as the model takes them, in the order in which it shows them; none for a question without one.
 * Drawn pictures are drawn at a size that fits the model.
 */
export function questionImages(
  { config, imageEncoder }: ModelEncoder,
  question: Question,
  { imageSize, loadImage, pixels }: EncodeOptions,
): ImageInput[] {
  if (question.image === null) return [];
  if (question.image.kind !== 'scene') {
    const load = present(loadImage, 'loader of pictures');
    const cut = new Map<number, ImageInput>(); // a picture that is shown twice is read once
    return shownPictures(question).map((at) =>
      getOrMake(cut, at, () => imageEncoder.encode(load(question, at), pixels)),
    );
  }
  const side = familyOf(config).pictureSide(config, imageSize);
  return [imageEncoder.encode(renderQuestion(question, { width: side, height: side }), pixels)];
}
