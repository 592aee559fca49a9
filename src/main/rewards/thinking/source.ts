/**
 * R^t, the thinking reward: who gives it. Every source of the setting reward.thinking is a ThinkingRewarder; those here need no
 * model. Deliberately absent: trust in the scores (trust/), and sources that run a model (trm, untrained, step-level), which
 * implement the same interface.
 */

import type { Question } from '../../../shared/question.ts';
import type { DrawKey } from '../../rollouts/generate-responses.ts';

/** One response whose thinking is to be scored. */
export interface ThinkingRequest {
  readonly question: Question;
  readonly thinking: string; // between the think tags; all that is judged
  readonly response: string; // whole, as sampled
  readonly imagePng?: () => Promise<Uint8Array>; // the question's image as PNG, loaded when it is sent
}

/** One score. `score` is null where none could be had, with the kind of failure; it is never a stand-in 0. */
export interface ThinkingScore {
  readonly score: number | null; // in [0, 1]
  readonly failure?: string;
  readonly attempts: number; // requests or passes made, 0 where none was needed
  readonly seconds: number;
  readonly reply?: string; // what a model wrote, for the record
  readonly spread?: number; // standard deviation over dropout passes, where the source makes several
  readonly steps?: readonly number[]; // step-level: probability of each step being right
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number };
}

/**
 * A source of thinking rewards. `score` answers every request, in order; it does not throw for a score that cannot be had. `draw` keys
 * what a source draws at random (dropout masks), so that a resumed run draws the same.
 */
export interface ThinkingRewarder {
  readonly name: string;
  score(requests: readonly ThinkingRequest[], draw?: DrawKey): Promise<ThinkingScore[]>;
}

/** No thinking reward: every score is null without being a failure (plain GRPO). */
export function noThinking(): ThinkingRewarder {
  return { name: 'none', score: async (requests) => requests.map(() => ({ score: null, attempts: 0, seconds: 0 })) };
}

/** How the rubric is asked: a score in {0, 0.1, ..., 1.0}, or null for a question that it cannot judge (no scene). */
export type RateThinking = (question: Question, thinking: string) => number | null;

/** The rubric itself as thinking reward: the upper bound of the variant `oracle`. */
export function oracleThinking(rate: RateThinking): ThinkingRewarder {
  const one = ({ question, thinking }: ThinkingRequest): ThinkingScore => {
    const start = performance.now();
    const score = question.scene === null ? null : rate(question, thinking);
    const seconds = (performance.now() - start) / 1000;
    return score === null ? { score, failure: 'no_scene', attempts: 0, seconds } : { score, attempts: 0, seconds };
  };
  return { name: 'oracle', score: async (requests) => requests.map(one) };
}

/** Words at which the length reward is one half. */
const HALF_AT_WORDS = 30;

/**
 * A deliberately hackable reward: longer is better, R^t = words / (words + 30). It rises with every word and never reaches 1, so a
 * policy can always gain by writing more; it shows what trust does when the signal is bad.
 */
export function lengthThinking(): ThinkingRewarder {
  const one = ({ thinking }: ThinkingRequest): ThinkingScore => {
    const words = thinking.split(/\s+/).filter((word) => word !== '').length;
    return { score: words / (words + HALF_AT_WORDS), attempts: 0, seconds: 0 };
  };
  return { name: 'length', score: async (requests) => requests.map(one) };
}
