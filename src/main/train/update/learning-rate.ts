/** How the learning rate goes down over a run, as Hugging Face's schedules of the same names do (transformers' lr_scheduler_type). */
import type { LrSchedule } from '../../../shared/kinds/update.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

const SHAPES = {
  constant: () => 1,
  linear: (done) => 1 - done,
  cosine: (done) => (1 + Math.cos(Math.PI * done)) / 2,
} satisfies Record<LrSchedule, (done: number) => number>;

/** Share of the rate at a step (from 1): 1 until the warm-up is over, then down to nearly 0 at the last step. The warm-up itself is the optimiser's. */
export function scheduleFactor(
  step: number,
  settings: Pick<Settings['training'], 'lrSchedulerType' | 'totalSteps' | 'warmupSteps'>,
): number {
  const { lrSchedulerType, totalSteps, warmupSteps } = settings;
  const done = Math.max(0, step - 1 - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return SHAPES[lrSchedulerType](Math.min(1, done));
}
