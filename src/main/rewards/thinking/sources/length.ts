/**
 * A deliberately hackable reward: longer is better, R^t = words / (words + 30). It rises with every word and never reaches 1, so a
 * policy can always gain by writing more; it shows what trust does when the signal is bad.
 */
import type { MadeThinking, ThinkingRequest, ThinkingRewarder, ThinkingScore } from '../source.ts';

/** Words at which the reward is one half. */
const HALF_AT_WORDS = 30;

/** The rewarder that counts words. */
export function lengthThinking(): ThinkingRewarder {
  const scoreOne = ({ thinking }: ThinkingRequest): ThinkingScore => {
    const words = thinking.split(/\s+/).filter((word) => word !== '').length;
    return { score: words / (words + HALF_AT_WORDS), attempts: 0, seconds: 0 };
  };
  return { name: 'length', score: async (requests) => requests.map(scoreOne) };
}

/** Needs nothing. */
export const makeLength = (): MadeThinking => ({ rewarder: lengthThinking(), hash: null });
