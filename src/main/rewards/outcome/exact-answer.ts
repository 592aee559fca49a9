/**
 * Whether a response's answer is right, exactly: what accuracy counts. By the answer type's own rule, whatever preset trains:
 *
 * | answer type | right where |
 * |---|---|
 * | numeric | the value is equal (math/equal-answers.ts) |
 * | choice | the options chosen are the true ones (choicePaper) |
 * | ocr | the text is the same, words divided by any white space: letter case, punctuation and signs count |
 * | free_form | the content words are the same, in the same order: letter case, punctuation and function words do not count |
 *
 * The outcome reward (outcome-reward.ts) gives fractions for the last two: 0.75 for two shapes named in the wrong order. That is its
 * purpose in training, and no right answer. Deliberately absent: the reward.
 */
import type { AnswerType } from '../../../shared/question.ts';
import { readAnswerPaper } from './answer-format.ts';
import { choicePaper } from './choice.ts';
import { equalAnswers } from './math/equal-answers.ts';
import { unwrappedTruth } from './outcome-reward.ts';
import { strip } from './python-text.ts';
import { scriptWords } from './text/script-words.ts';
import { plainWords } from './text/word-error-rate.ts';

/** What exactness is judged from. */
export interface ExactInput {
  readonly kind: AnswerType;
  readonly response: string; // whole, with its tags
  readonly truth: string;
  readonly question?: string; // its text, in which a choice's options are found
}

/** English words that carry no content of their own. Words of place, of number and negations do, so they are none of these. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  'a an the am is are was were be been being it its this that these those there of to and'.split(' '),
);
/** A number with its sign and decimals, which are part of it. */
const NUMBER = /(?<![\p{L}\p{N}.])([-+−]?\d+(?:[.,]\d+)*)/u;

const RULES = {
  numeric: equalAnswers,
  choice: choicePaper,
  ocr: (answer, truth) => sameList(plainWords(answer), plainWords(truth)),
  free_form: (answer, truth) => sameList(contentWords(answer), contentWords(truth)),
} as const satisfies Record<AnswerType, (answer: string, truth: string, question?: string) => boolean>;

/**
 * True where the answer is right by its type's rule; a response without the required form has no answer, which is wrong. Null where there is
 * no true answer to compare with.
 */
export function exactAnswer({ kind, response, truth, question }: ExactInput): boolean | null {
  const wanted = unwrappedTruth(truth);
  if (strip(wanted) === '') return null;
  const { extracted } = readAnswerPaper(response);
  return extracted !== null && RULES[kind](extracted, wanted, question);
}

/** The content words of a text in order, in small letters; all of its words where none has content. */
function contentWords(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(NUMBER)
    .flatMap((part, i) => (i % 2 === 1 ? [part.replace('−', '-').replace(/^\+/, '')] : scriptWords(part)));
  const content = words.filter((word) => !FUNCTION_WORDS.has(word));
  return content.length > 0 ? content : words;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((word, i) => word === b[i]);
}
