/** The rubric itself as thinking reward: the upper bound of the variant `oracle`, which no other variant may use. */
import type { Question } from '../../../../shared/question.ts';
import { rateThinking } from '../../../tasks/rubric/rate.ts';
import type { MadeThinking, ThinkingRequest, ThinkingRewarder, ThinkingScore } from '../source.ts';

/** How the rubric is asked: a score in {0, 0.1, ..., 1.0}, or null for a question that it cannot judge (no scene). */
export type RateThinking = (question: Question, thinking: string) => number | null;

/** A rewarder over a rubric; a question without a scene has no score. */
export function oracleThinking(rate: RateThinking): ThinkingRewarder {
  const scoreOne = ({ question, thinking }: ThinkingRequest): ThinkingScore => {
    const start = performance.now();
    const score = question.scene === null ? null : rate(question, thinking);
    const seconds = (performance.now() - start) / 1000;
    return score === null ? { score, failure: 'no_scene', attempts: 0, seconds } : { score, attempts: 0, seconds };
  };
  return { name: 'oracle', score: async (requests) => requests.map(scoreOne) };
}

/** The embedded questions' rubric. */
export const makeOracle = (): MadeThinking => ({
  rewarder: oracleThinking((question, thinking) => rateThinking(question, thinking).score),
  hash: null,
});
