/** Texts to be learnt by heart. */
import type { Question } from '../../../shared/question.ts';
import { firstOf } from '../../../shared/values/list.ts';
import type { ModelEncoder } from '../../model/folder/model-folder.ts';
import { withText } from '../../model/network/prefix.ts';
import { EMBEDDED, type EncodeOptions, encodeForRating, encodeQuestion } from '../../rollouts/encode-question.ts';
import { ratingRequest } from '../../rollouts/prompt.ts';
import type { SftExample } from './sft-step.ts';

/** The tokens of a text with the one that ends it. */
export function wholeText({ tokenizer, config }: Pick<ModelEncoder, 'tokenizer' | 'config'>, text: string): number[] {
  return [...tokenizer.encode(text), firstOf(config.text.eosTokenIds, 'token that ends a text')];
}

/** A question and the response to it. */
export function demonstration(
  model: ModelEncoder,
  question: Question,
  text: string,
  options: EncodeOptions,
): SftExample {
  const { prompt, images } = encodeQuestion(model, question, options);
  return { prompt, images, response: wholeText(model, text) };
}

/** A question, a thinking about it and the score, such as "0.7", that a rater is to write. */
export function ratedThinking(
  model: ModelEncoder,
  question: Question,
  thinking: string,
  score: string,
  options: EncodeOptions = EMBEDDED,
): SftExample {
  const { prompt, images } = encodeForRating(model, question, options);
  return { prompt: withText(prompt, ratingRequest(model)(thinking)), images, response: wholeText(model, score) };
}
