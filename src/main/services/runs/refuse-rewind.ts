/** Whether a run can go on from one of its older checkpoints. */
import { SophiaError } from '../../../shared/errors.ts';
import { checkpointPlace, isReachable } from '../../store/read/checkpoint-place.ts';
import type { RunRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** Throws one line where the run is at work, has no checkpoint of that step, or its files are gone. */
export function refuseRewind(store: Store, run: RunRow, step: number): void {
  if (run.state === 'running' || run.state === 'queued')
    throw new SophiaError('conflict', `Run ${run.name} is ${run.state}.`, 'Stop it first.');
  if (step === 0) return; // from nothing
  const all = store.checkpoints(run.id);
  const there = all.filter((checkpoint) => isReachable(store.paths, checkpoint)).map((checkpoint) => checkpoint.step);
  const choice =
    there.length === 0
      ? 'None of its checkpoints is on disk.'
      : `On disk are those of step ${there.toReversed().join(', ')}.`;
  const wanted = all.find((checkpoint) => checkpoint.step === step);
  if (wanted === undefined)
    throw new SophiaError('usage', `Run ${run.name} has no checkpoint of step ${step}.`, choice);
  if (!there.includes(step))
    throw new SophiaError(
      'data',
      `The checkpoint of step ${step} is no longer on disk: ${checkpointPlace(store.paths, wanted)}`,
      choice,
    );
}
