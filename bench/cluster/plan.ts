/** What bench/cluster.ts and its head agree on. */

/** Runs and their schedule. */
export interface BenchPlan {
  readonly runs: readonly number[];
  readonly ids: Readonly<Record<number, string>>; // of their jobs
  readonly out: string; // folder of this home on the storage
  readonly by: 'storage' | 'log';
  readonly startAt: number; // ms since 1970
  readonly intervalMs: number; // between two steps of a run
}

/** When a run says a step: runs take turns within the interval. */
export const stepTime = ({ startAt, intervalMs, runs }: BenchPlan, run: number, step: number): number =>
  startAt + ((run % runs.length) / runs.length + step - 1) * intervalMs;
