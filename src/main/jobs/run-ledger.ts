/**
 * What running jobs need to know and to write, and nothing more: the engine gives the store in this shape, tests a plain object.
 */
import type { RunEvent, RunState } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';

/** A checkpoint as it was announced by its run. */
export interface KnownCheckpoint {
  readonly step: number;
  readonly uri: string; // relative to the run's folder where it lies in it
  readonly hash: string;
}

/** A run that may be going on though no engine was there. */
export interface OngoingRun {
  readonly runId: number;
  readonly attempt: number;
  readonly trainer: string;
  readonly reference: string;
  readonly sequence: number; // of the last event that was committed, 0 before the first
}

/** What the queue asks of the database. Every method commits before it returns, unless within `together`. */
export interface RunLedger {
  /** Settings and folder of a run; throws a usage error for an unknown id. */
  plan(runId: number): { readonly settings: Settings; readonly folder: string; readonly state: RunState };
  setState(runId: number, state: RunState, reason: string | null): void;
  /** The cluster that a run is to run on; null: this machine. */
  cluster(runId: number): string | null;
  /** Says of a run that is running why it does not get on; null: it does. */
  setReason(runId: number, reason: string | null): void;
  /**
   * Commits an event of an attempt. `sequence`: its number there, or null for what the queue says itself; one that was committed before
   * writes nothing, one that leaves a gap throws. `at`: when it happened, ms since 1970; now where it is not given.
   */
  record(runId: number, attempt: number, event: RunEvent, sequence: number | null, at?: number): void;
  /** Commits all that is recorded within `work` at once, of whatever runs, or nothing of it, and throws. */
  together(work: () => void): void;
  /** Calls back once what was recorded so far is committed: now, unless within `together`. */
  whenCommitted(tell: () => void): void;
  /** Newest first. */
  checkpoints(runId: number): readonly KnownCheckpoint[];
  /**
   * A new attempt by a trainer starts after `step` (0: from the beginning): rows of later steps are no longer the run's. Returns its number.
   */
  beginAttempt(runId: number, step: number, trainer: string): number;
  /** Keeps by what name an attempt's trainer finds it again. */
  keepReference(runId: number, attempt: number, reference: string): void;
  /** Runs that an engine before this one left to their trainers. */
  goingOn(): readonly OngoingRun[];
  setPid(runId: number, pid: number | null): void;
}
