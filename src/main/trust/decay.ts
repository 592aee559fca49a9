/**
 * Annealing: how much of the thinking reward is left at a step (paper.md: exp(-steps/T)). Deliberately absent: trust.
 *
 *   exp     exp(-step / T)                 (the paper)
 *   linear  1 - step / T, not below 0
 *   cosine  (1 + cos(pi step / T)) / 2, 0 from T on
 *   none    1
 */

import { SophiaError } from '../../shared/errors.ts';
import { ANNEALING_SCHEDULES, type Annealing } from '../../shared/kinds/trust.ts';

const SCHEDULES = {
  exp: (progress) => Math.exp(-progress),
  linear: (progress) => Math.max(0, 1 - progress),
  cosine: (progress) => (progress >= 1 ? 0 : (1 + Math.cos(Math.PI * progress)) / 2),
  none: () => 1,
} as const satisfies Record<Annealing, (progress: number) => number>;

/** What the decay is computed from: `totalSteps` is the formula's T, in steps, above 0. */
export interface DecayInput {
  readonly schedule: Annealing;
  readonly step: number;
  readonly totalSteps: number;
}

/** The decay in [0, 1] at a step >= 0. */
export function decay({ schedule, step, totalSteps }: DecayInput): number {
  if (!(step >= 0)) throw new SophiaError('internal', `decay: step is ${step}; it must be 0 or more.`);
  if (!ANNEALING_SCHEDULES[schedule].isOff && !(totalSteps > 0)) {
    throw new SophiaError('usage', `reward.annealingSteps: T is ${totalSteps}; it must be above 0.`);
  }
  return SCHEDULES[schedule](step / totalSteps);
}
