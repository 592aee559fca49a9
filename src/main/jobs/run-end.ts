/** How runs end that did not end by themselves: closed with the engine, without a checkpoint to go on from, or not to be recorded. */
import { SophiaError } from '../../shared/errors.ts';
import type { RunOutcome } from './trainer.ts';

/** What can be done about a run that ended too early. */
export const RESUME = 'Resume continues from its last checkpoint.';

/** Whether a run was interrupted by what nobody asked for: its process was killed, its cluster lost it. Closing the engine is asked for. */
export const isUnforeseen = (reason: string): boolean => reason.endsWith(RESUME);

/** A run's end as the queue sees it. */
export interface RunEnd extends RunOutcome {
  /** The disk is full or cannot be written: other runs of this home would end the same way. */
  readonly homeUnwritable?: true;
}

/** The checkpoint that was asked for cannot be used: the run keeps all its steps, rather than going on from another. */
export function withoutCheckpoint(step: number, problems: readonly string[]): RunEnd {
  const why = problems[0] ?? `There is no checkpoint of step ${step}`;
  return { state: 'failed', reason: `${why}. Nothing was cut off. Resume from another checkpoint.` };
}

/**
 * None of its checkpoints can be used: a run with checkpoints does not start again from nothing by itself. `problems`: a line for each,
 * newest first.
 */
export function withoutAnyCheckpoint(runId: number, problems: readonly string[]): RunEnd {
  const more = problems.length > 1 ? ` None of the ${problems.length - 1} before it can be used either.` : '';
  return {
    state: 'paused',
    reason: `${problems[0]}.${more} Nothing was cut off. Put the folder back, then resume; or start again from nothing: sophia run resume ${runId} --from-step 0.`,
  };
}

/** A run that was asked to end before it had started, or with the engine. */
export function afterClosing(closing: 'stop' | 'shutdown'): RunEnd {
  return closing === 'stop'
    ? { state: 'stopped', reason: null }
    : { state: 'interrupted', reason: 'The engine was closed. Resume continues from the last checkpoint.' };
}

/** A run that ended because its home is not where its engine opened it; `why` tells the fix. */
export function afterLosing(why: string): RunEnd {
  return { state: 'interrupted', reason: why };
}

/** A run that an engine before this one had started and that no trainer has any more. */
export function lost(why: string): RunEnd {
  return { state: 'interrupted', reason: `${why} ${RESUME}` };
}

/** How a run ends that could not be prepared or recorded: paused where the user can mend the cause (a full disk), else failed. */
export function unrecorded(error: unknown): RunEnd {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof SophiaError && error.code === 'altered') return { state: 'paused', reason };
  return error instanceof SophiaError && error.code === 'environment'
    ? { state: 'paused', reason, homeUnwritable: true }
    : { state: 'failed', reason };
}
