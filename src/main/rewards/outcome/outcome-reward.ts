/**
 * R^o, the outcome reward of one response, by rule (paper.md "Outcome rewards"). Two presets:
 *
 * | answer type | `official-code` (reward_score/math.py) | `paper` |
 * |---|---|---|
 * | form | readAnswerOfficial | readAnswerPaper |
 * | numeric | mathruler's grade_answer: 1 or 0 | equal by value (math/equal-answers.ts, as Math-Verify): 1 or 0 |
 * | choice | choiceOfficial: 1 or 0 | choicePaper: option letters and texts read robustly |
 * | ocr | exp(-WER), words as jiwer finds them (a newline joins words) | exp(-WER), words split at any whitespace, characters in scripts without |
 * | free_form | mean of ROUGE-1, -2, -L F over runs of a-z and 0-9 | the same over words of every script |
 *
 * The paper says "negative word error rate" for OCR; exp(-WER) ranks answers alike, is what the released code computes, and keeps
 * R^o in [0, 1], without which R^o >= 0.5 (G_correct) would have no meaning for OCR. Both presets use it.
 * Deliberately absent: whether an answer is right, which is what accuracy counts (exact-answer.ts); the thinking reward, and the sum of both
 * (trust/).
 */

import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { AnswerType } from '../../../shared/question.ts';
import { ANSWER_FAULTS } from '../../../shared/run/answer-faults.ts';
import { type AnswerReading, readAnswerOfficial, readAnswerPaper } from './answer-format.ts';
import { choiceOfficial, choicePaper } from './choice.ts';
import { equalAnswers } from './math/equal-answers.ts';
import { mathReadings } from './math/read/find-math.ts';
import { gradeAnswer } from './mathruler/numeric-grader.ts';
import { strip } from './python-text.ts';
import { allScripts, rougeMean } from './text/rouge.ts';
import { jiwerWords, plainWords, wordErrorRate } from './text/word-error-rate.ts';

/** What an outcome reward is computed from. */
export interface OutcomeInput {
  readonly kind: AnswerType;
  readonly response: string;
  readonly truth: string;
  readonly preset: RewardPreset;
  readonly question?: string; // its text: preset `paper` finds a choice's options in it
}

/** The reward in [0, 1], or null where there can be none (a question without an answer); `reason` explains each 0 and null. */
export interface OutcomeResult {
  readonly reward: number | null;
  readonly formatValid: boolean;
  readonly extracted: string | null;
  readonly reason: string; // empty when the reward is above 0
}

interface Rule {
  readonly score: (answer: string, truth: string, question?: string) => number;
  readonly why: (answer: string, truth: string) => string;
  readonly readsDollars?: true; // a dollar sign belongs to the answer
}

const numeric = (equal: (answer: string, truth: string) => boolean): Rule => ({
  score: (answer, truth) => Number(equal(answer, truth)),
  why: (answer, truth) => `${quote(answer)} is not the value ${quote(truth)}`,
});
const freeForm = (tokenizer?: typeof allScripts): Rule => ({
  score: (answer, truth) =>
    rougeMean(strip(answer.replaceAll('\n', ' ')), strip(truth.replaceAll('\n', ' ')), tokenizer),
  why: () => 'no word in common with the truth',
});
const choice = (matches: (answer: string, truth: string, question?: string) => boolean): Rule => ({
  score: (answer, truth, question) => Number(matches(answer, truth, question)),
  why: (answer, truth) => `${quote(answer)} is not option ${quote(truth)}`,
});
const ocr = (split: (text: string) => string[]): Rule => ({
  score: (answer, truth) => Math.exp(-wordErrorRate(split(truth), split(answer))),
  why: () => 'word error rate too high',
});

const whyNumeric = (answer: string, truth: string): string =>
  mathReadings(answer).length === 0
    ? `${quote(answer)} ${ANSWER_FAULTS.unreadable.reason}`
    : `${quote(answer)} is not the value ${quote(truth)}`;

/** The rules of a preset. */
interface Rules {
  readonly read: (response: string) => AnswerReading;
  /** Whether a question without a true answer has no reward, instead of 0 for every response. */
  readonly needsTruth: boolean;
  readonly rules: Record<AnswerType, Rule>;
}

const PRESETS = {
  paper: {
    read: readAnswerPaper,
    needsTruth: true,
    rules: {
      // $41 and $\frac12$; an answer without a value is told apart from a wrong one
      numeric: { score: (answer, truth) => Number(equalAnswers(answer, truth)), why: whyNumeric, readsDollars: true },
      choice: choice(choicePaper),
      ocr: { ...ocr(plainWords), readsDollars: true }, // a price tag says $5.99
      free_form: freeForm(allScripts),
    },
  },
  'official-code': {
    read: readAnswerOfficial,
    needsTruth: false,
    rules: {
      numeric: numeric(gradeAnswer),
      choice: choice(choiceOfficial),
      ocr: ocr(jiwerWords),
      free_form: freeForm(),
    },
  },
} as const satisfies Record<RewardPreset, Rules>;

const ruleOf = ({ preset, kind }: Pick<OutcomeInput, 'preset' | 'kind'>): Rule => PRESETS[preset].rules[kind];

/**
 * The outcome reward of one response, as in training: `$` signs are removed from response and truth where they mean nothing, a truth inside answer tags is
 * unwrapped, then scoreAnswer decides.
 */
export function outcomeReward(input: OutcomeInput): OutcomeResult {
  const truth = unwrappedTruth(input.truth);
  if (ruleOf(input).readsDollars) return scoreAnswer({ ...input, truth });
  return scoreAnswer({ ...input, response: withoutDollars(input.response), truth: withoutDollars(truth) });
}

/** A true answer without the answer tags that some data give it in. */
export function unwrappedTruth(truth: string): string {
  return /<answer>([\s\S]*?)<\/answer>/.exec(truth)?.[1] ?? truth;
}

/** The rules themselves, on the texts as they are (the official code's scoring functions, which its validation calls like this). */
export function scoreAnswer({ kind, response, truth, preset, question }: OutcomeInput): OutcomeResult {
  const { read, needsTruth } = PRESETS[preset];
  const reading = read(response);
  if (needsTruth && strip(truth) === '') {
    return { reward: null, formatValid: reading.formatValid, extracted: reading.extracted, reason: 'no true answer' };
  }
  if (reading.extracted === null) return { reward: 0, ...reading };
  const rule = ruleOf({ preset, kind });
  const reward = rule.score(reading.extracted, truth, question);
  return { ...reading, reward, reason: reward > 0 ? '' : rule.why(reading.extracted, truth) };
}

function withoutDollars(text: string): string {
  return text.replaceAll('$', '');
}

function quote(text: string): string {
  const short = strip(text);
  return JSON.stringify(short.length > 60 ? `${short.slice(0, 60)}...` : short);
}
