/**
 * The one prompt builder: training, evaluation and the reward model see a question through these functions and no other
 * way. What stands around the text is the model's own chat template's; `data.prompt` says what is asked: `short` the
 * question alone, `official` with the system text and the format instruction of the paper, which weights that were not
 * trained here need, `template` with texts of the user's own, by default those of the released code.
 */

import { assertNever } from '../../shared/errors.ts';
import { namesOf } from '../../shared/kinds/kind.ts';
import { ANSWER_TYPES, type AnswerType, type Question } from '../../shared/question.ts';
import { type QuestionPart, questionParts } from '../../shared/question-parts.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { firstPart } from '../../shared/text/first-part.ts';
import { type ChatMessage, type ChatPart, textPart } from '../model/chat/chat-template.ts';
import type { ImageGrid } from '../model/families/family.ts';
import { chatText, type PromptMaker, promptOfText } from '../model/families/prompt.ts';
import type { Prompt } from '../model/network/prefix.ts';
import { ratingText } from './thinking-text.ts';

export type PromptStyle = Settings['data']['prompt'];

/** The texts of style `template`; empty ones stand for the chat template's system text and the released instruction. */
export type PromptTexts = Pick<Settings['data'], 'systemText' | 'formatText'>;

const SYSTEM = 'You are a helpful assistant.';
const FORMAT =
  'Please think about this question as if you were a human pondering deeply. Give your detailed reasoning between <think> and </think> tags and then your final answer between <answer> and </answer> tags.';

/** The instruction of the released training code (verl/utils/dataset.py), which ends by the answer's type. */
const RELEASED =
  "Please think about this question as if you were a human pondering deeply. Engage in an internal dialogue using expressions such as 'let me think', 'wait', 'Hmm', 'oh, I see', 'let's break it down', etc, or other natural language thought expressions It's encouraged to include self-reflection or verification in the reasoning process. Provide your detailed reasoning between the <think> </think> tags, and then give your final answer between the <answer> </answer> tags.";
const RELEASED_ENDINGS: Readonly<Record<AnswerType, string>> = {
  choice: ' Please provide only the single option letter (e.g., A, B, C, D, etc.) within the <answer> </answer> tags.',
  numeric: ' Please provide the numerical value (e.g., 42 or 3.14) within the <answer> </answer> tags.',
  ocr: ' Please transcribe text from the image/video clearly and provide your text answer within the <answer> </answer> tags.',
  free_form: ' Please provide your text answer within the <answer> </answer> tags.',
};

/**
 * The policy's prompt for a question with images of the given grids.
 * @throws SophiaError 'data' where the chat template refuses it.
 */
export function policyPrompt(
  model: PromptMaker,
  question: Question,
  grids: readonly ImageGrid[],
  style: PromptStyle,
  texts?: PromptTexts,
): Prompt {
  return promptOfText(model, chatText(model, policyMessages(question, style, texts)), grids);
}

/** The chat that a question is asked in, its images in their places. */
export function policyMessages(
  question: Pick<Question, 'text' | 'image' | 'answerType'>,
  style: PromptStyle,
  { systemText, formatText }: PromptTexts = { systemText: '', formatText: '' },
): ChatMessage[] {
  const parts = questionParts(question);
  switch (style) {
    case 'short':
      return [asked(parts)];
    case 'official':
      return [{ role: 'system', content: [textPart(SYSTEM)] }, asked(parts, `\n${FORMAT}`)];
    case 'template': {
      const format = formatText === '' ? `${RELEASED}${RELEASED_ENDINGS[question.answerType]}` : formatText;
      const system: ChatMessage[] = systemText === '' ? [] : [{ role: 'system', content: [textPart(systemText)] }];
      return [...system, asked(parts, `\n${format}`)];
    }
    default:
      return assertNever(style, 'data.prompt');
  }
}

/** What stands around a question with an image, of every answer type where they differ: equal layouts, equal prompts. */
export function promptLayout(model: PromptMaker, style: PromptStyle, texts?: PromptTexts): string {
  const layouts = namesOf(ANSWER_TYPES).map((answerType) =>
    chatText(model, policyMessages({ text: '', image: { kind: 'scene' }, answerType }, style, texts)),
  );
  return [...new Set(layouts)].join('\n');
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

/** The texts that a judge reads around a question. */
export interface JudgeTexts {
  readonly system: string;
  readonly before: string; // the instruction
  readonly after: string; // the thinking
}

/**
 * What a judge reads that writes its score: instruction, question with its images, thinking. Marks of special tokens in the thinking are taken
 * out: a policy must not be able to end its judge's turn or to show it another picture.
 */
export function judgePrompt(
  model: PromptMaker,
  question: Question,
  { system, before, after }: JudgeTexts,
  grids: readonly ImageGrid[],
): Prompt {
  const turn = asked([before, ...questionParts(question)], after.replaceAll(/<\|[^|<>]*\|>/g, ' '));
  return promptOfText(model, chatText(model, [{ role: 'system', content: [textPart(system)] }, turn]), grids);
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
