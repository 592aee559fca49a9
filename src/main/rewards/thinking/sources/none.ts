/** No thinking reward, as in plain GRPO: it asks nothing, and every score is null without being a failure. */
import type { MadeThinking, ThinkingRewarder } from '../source.ts';

/** The rewarder that gives none. */
export function noThinking(): ThinkingRewarder {
  return {
    name: 'none',
    isOff: true,
    score: async (requests) => requests.map(() => ({ score: null, attempts: 0, seconds: 0 })),
  };
}

/** Needs nothing. */
export const makeNone = (): MadeThinking => ({ rewarder: noThinking(), hash: null });
