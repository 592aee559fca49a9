/**
 * The learning rate over a run, as transformers' schedules of the same names give it (get_linear_schedule_with_warmup and its kin): both
 * the warm-up and what follows count optimiser updates, so that a run with several updates per batch has one clock. The first update of a
 * warm-up has rate 0, as there.
 */
import type { LrSchedule } from '../../../shared/kinds/update.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

/** A schedule: its shape after the warm-up, and lengths in updates. */
export interface RateSchedule {
  readonly lrSchedulerType: LrSchedule;
  readonly warmupSteps: number;
  readonly totalUpdates: number;
}

const SHAPES = {
  constant: () => 1,
  linear: (done) => 1 - done,
  cosine: (done) => (1 + Math.cos(Math.PI * done)) / 2,
} satisfies Record<LrSchedule, (done: number) => number>;

/** Share of the rate for the update after `updates` others: up from 0 over the warm-up, then down to nearly 0 at the last update. */
export function scheduleFactor(updates: number, { lrSchedulerType, warmupSteps, totalUpdates }: RateSchedule): number {
  if (updates < warmupSteps) return updates / warmupSteps;
  const done = (updates - warmupSteps) / Math.max(1, totalUpdates - warmupSteps);
  return SHAPES[lrSchedulerType](Math.min(1, done));
}

/** The learning rate of a run's update after `updates` others. */
export function learningRateAt(training: Settings['training'], updates: number): number {
  const totalUpdates = training.totalSteps * training.numIterations;
  return training.learningRate * scheduleFactor(updates, { ...training, totalUpdates });
}
