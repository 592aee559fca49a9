/** What a run keeps for looking at, which changes nothing of what it learns. */
import { z } from 'zod';
import { about, count } from '../setting.ts';

/** The group `logging`. */
export const loggingSettings = z.strictObject({
  tokensEvery: about(count(0).default(0), 'Keep token values every', {
    unit: 'steps',
    help: 'Log-probability, entropy, KL and clipping of every token of every n-th step: one more pass of policy, 9 bytes a token on disk. 0: none.',
    addedLater: true,
    trainers: ['native'],
  }),
});
