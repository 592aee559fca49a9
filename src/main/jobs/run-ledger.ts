/**
 * What running jobs need to know and to write, and nothing more: the engine gives the store in this shape, tests a plain object.
 */
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';

/** A checkpoint as it was announced by its run. */
export interface KnownCheckpoint {
  readonly step: number;
  readonly path: string;
  readonly hash: string;
}

/** What the queue asks of the database. Every method commits before it returns. */
export interface RunLedger {
  /** Settings and folder of a run; throws a usage error for an unknown id. */
  plan(runId: number): { readonly settings: Settings; readonly folder: string; readonly state: RunState };
  setState(runId: number, state: RunState, reason: string | null): void;
  record(runId: number, event: RunEvent, seq: number): void;
  /** Newest first. */
  checkpoints(runId: number): readonly KnownCheckpoint[];
  /** A new attempt starts after `step` (0: from the beginning): rows of later steps are no longer the run's. */
  beginAttempt(runId: number, step: number): void;
  setPid(runId: number, pid: number | null): void;
}
