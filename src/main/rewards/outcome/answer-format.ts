/**
 * The form a response must have: `<think>...</think>` then `<answer>...</answer>`; otherwise its outcome reward is 0 (paper.md).
 * Two readings, by preset. Deliberately absent: what the answer is worth.
 */

import { ANSWER_FAULTS } from '../../../shared/run/answer-faults.ts';

/** What the form gave: the answer's text, or why there is none. */
export interface AnswerReading {
  readonly formatValid: boolean;
  readonly extracted: string | null; // between the answer tags, as written
  readonly reason: string; // empty when valid
}

const THINK = '<think>';
const END_THINK = '</think>';
const ANSWER = '<answer>';
const END_ANSWER = '</answer>';

/**
 * The official code's reading: the response starts with `<think>` (nothing before it, not even a space), and somewhere after the
 * first `</think>` there is an answer block; anything may stand between and after. The answer is the first block of the whole
 * response, so one inside the thinking is taken too.
 */
export function readAnswerOfficial(response: string): AnswerReading {
  const form = findForm(response, 0);
  if (typeof form === 'string') return invalid(form);
  return valid(between(response, response.indexOf(ANSWER)));
}

/**
 * The paper's form, read so that it cannot be gamed: whitespace may come first, the answer is the block after the thinking (one
 * inside the thinking is not an answer), and a second answer block makes the response invalid, since it offers two answers. Where the chat
 * template has written `<think>` already, a response begins inside the thinking and only closes it.
 */
export function readAnswerPaper(response: string): AnswerReading {
  const start = response.length - response.trimStart().length;
  const prefilled = isPrefilled(response);
  const form = prefilled ? findForm(THINK + response, 0) : findForm(response, start);
  if (typeof form === 'string') return invalid(form);
  return readFrom(response, prefilled ? form - THINK.length : form);
}

/** Whether the thinking was opened before the response began: it is closed before any is opened. */
function isPrefilled(response: string): boolean {
  const [open, close] = [response.indexOf(THINK), response.indexOf(END_THINK)];
  return close >= 0 && (open < 0 || close < open);
}

function readFrom(response: string, form: number): AnswerReading {
  if (response.indexOf(ANSWER, form + ANSWER.length) >= 0) return invalid(ANSWER_FAULTS.several_answers.reason);
  return valid(between(response, form));
}

/** Where the answer block after the thinking starts, or what is missing. */
function findForm(response: string, start: number): number | string {
  if (!response.startsWith(THINK, start)) return ANSWER_FAULTS.no_think.reason;
  const thinkEnd = response.indexOf(END_THINK, start + THINK.length);
  if (thinkEnd < 0) return ANSWER_FAULTS.no_think_end.reason;
  const answer = response.indexOf(ANSWER, thinkEnd + END_THINK.length);
  if (answer < 0) return ANSWER_FAULTS.no_answer.reason;
  if (response.indexOf(END_ANSWER, answer + ANSWER.length) < 0) return ANSWER_FAULTS.no_answer_end.reason;
  return answer;
}

function between(response: string, answer: number): string {
  const from = answer + ANSWER.length;
  return response.slice(from, response.indexOf(END_ANSWER, from));
}

function valid(extracted: string): AnswerReading {
  return { formatValid: true, extracted, reason: '' };
}

function invalid(reason: string): AnswerReading {
  return { formatValid: false, extracted: null, reason };
}
