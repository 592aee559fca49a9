/** A run's metrics step by step, as exports need them, with the greedy accuracies and the time each step was recorded. */
import { EVALUATION_MODES } from '../../../shared/kinds/evaluation-mode.ts';
import type { ReadStore } from '../store.ts';

/** One step. Values that do not apply are null. */
export interface LoggedStep {
  readonly step: number;
  readonly seconds: number | null; // since 1970; null where it was not recorded
  readonly metrics: Readonly<Record<string, number | null>>;
}

/**
 * Every step at which anything was measured, in order. Greedy evaluations are shares: eval/BENCHMARK/exact, accuracy;
 * eval/BENCHMARK/outcome, the mean outcome reward; eval/BENCHMARK, outcome rewards of at least 0.5, as earlier versions exported it.
 */
export function runSteps(store: ReadStore, runId: number): LoggedStep[] {
  const { step: last, startedAt } = store.run(runId);
  const { steps, times } = store.stepTimes(runId);
  const at = new Map(steps.map((step, i) => [step, times[i]! / 1000]));
  const byStep = new Map<number, Record<string, number | null>>();
  for (const { step, metrics } of store.stepTable(runId, 0, last)) byStep.set(step, { ...metrics });
  for (const row of store.evaluations([runId])) {
    if (EVALUATION_MODES[row.mode].isDrawn) continue;
    const name = `eval/${row.benchmark}`;
    const shares = {
      [name]: row.accuracy,
      [`${name}/exact`]: row.exactAccuracy,
      [`${name}/outcome`]: row.meanOutcome,
    };
    byStep.set(row.step, { ...byStep.get(row.step), ...shares });
    if (!at.has(row.step)) at.set(row.step, row.at / 1000);
  }
  const begun = startedAt === null ? null : startedAt / 1000;
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([step, metrics]) => ({ step, seconds: at.get(step) ?? begun, metrics }));
}

/** The values of a step that are numbers. */
export function numbersOf(metrics: LoggedStep['metrics']): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null));
}
