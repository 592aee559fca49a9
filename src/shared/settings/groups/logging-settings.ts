/** What a run keeps for looking at and is watched for, which changes nothing of what it learns. */
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

/** The group `watch`. */
export const watch = z.strictObject({
  alerts: about(z.boolean().default(true), 'Reward-hacking alerts', {
    help: 'Alerts when the thinking reward rises while the rubric score or the outcome reward falls.',
  }),
  window: about(count(4, 100_000).default(40), 'Window', {
    unit: 'steps',
    help: 'The later half is compared with the earlier.',
  }),
  minChange: about(z.number().min(0).max(1).default(0.03), 'Minimum change of the mean'),
  minSigma: about(z.number().min(0).max(100).default(3), 'Minimum change in standard errors'),
});
