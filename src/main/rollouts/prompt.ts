/**
 * The one prompt builder: training, evaluation and the reward model see a question through these functions and no other
 * way. What stands around the text is the model's own chat template's; `data.prompt` says what is asked: `short` the
 * question alone, `official` with the system text and the format instruction of the released code, which weights that
 * were not trained here need.
 */

import { assertNever } from '../../shared/errors.ts';
import type { Question } from '../../shared/question.ts';
import { type QuestionPart, questionParts } from '../../shared/question-parts.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { firstPart } from '../../shared/text/first-part.ts';
import { type ChatMessage, type ChatPart, textPart } from '../model/chat/chat-template.ts';
import type { ImageGrid } from '../model/families/family.ts';
import { chatText, type PromptMaker, promptOfText } from '../model/families/prompt.ts';
import type { Prompt } from '../model/network/prefix.ts';
import { ratingText } from './thinking-text.ts';

export type PromptStyle = Settings['data']['prompt'];

const SYSTEM = 'You are a helpful assistant.';
const FORMAT =
  'Please think about this question as if you were a human pondering deeply. Give your detailed reasoning between <think> and </think> tags and then your final answer between <answer> and </answer> tags.';

/**
 * The policy's prompt for a question with images of the given grids.
 * @throws SophiaError 'data' where the chat template refuses it.
 */
export function policyPrompt(
  model: PromptMaker,
  question: Question,
  grids: readonly ImageGrid[],
  style: PromptStyle,
): Prompt {
  return promptOfText(model, chatText(model, policyMessages(question, style)), grids);
}

/** The chat that a question is asked in, its images in their places. */
export function policyMessages(question: Pick<Question, 'text' | 'image'>, style: PromptStyle): ChatMessage[] {
  const parts = questionParts(question);
  switch (style) {
    case 'short':
      return [asked(parts)];
    case 'official':
      return [{ role: 'system', content: [textPart(SYSTEM)] }, asked(parts, `\n${FORMAT}`)];
    default:
      return assertNever(style, 'data.prompt');
  }
}

/** What stands around a question with an image: equal layouts, equal prompts. */
export function promptLayout(model: PromptMaker, style: PromptStyle): string {
  return chatText(model, policyMessages({ text: '', image: { kind: 'scene' } }, style));
}

/** Stands in a chat for what is not written yet; no template trims or reads it, for its code point means nothing. */
const SEAM = '\uE000';

/** What a TRM reads before a thinking: image and question, without the end of their message. Shared by the group. */
export function ratingPrompt(model: PromptMaker, question: Question, grids: readonly ImageGrid[]): Prompt {
  return promptOfText(model, ratingStart(model, question), grids);
}

/** The same as text, each of its images as the family's mark. */
export function ratingStart(model: PromptMaker, question: Question): string {
  return firstPart(chatText(model, [asked(questionParts(question), SEAM)]), SEAM);
}

/**
 * Makes what a TRM reads after image and question: the thinking alone (never the answer), then the request for a score.
 */
export function ratingRequest(model: PromptMaker): (thinking: string) => number[] {
  const after = ratingEnd(model);
  return (thinking) => model.tokenizer.encode(ratingText(thinking, after));
}

/** What the chat template puts between a thinking and its score, "rate" included. */
export function ratingEnd(model: PromptMaker): string {
  return (
    chatText(model, [asked([`${SEAM}rate`])])
      .split(SEAM)
      .at(-1) ?? ''
  );
}

/** The user's turn; `ending` follows its last text. */
function asked(parts: readonly QuestionPart[], ending = ''): ChatMessage {
  const last = parts.length - 1;
  const content = parts.map(
    (part, i): ChatPart =>
      typeof part === 'number' ? { type: 'image' } : textPart(i === last ? `${part}${ending}` : part),
  );
  return { role: 'user', content };
}
