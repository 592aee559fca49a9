/** Checkpoints of a run as the page shows them: with their place on this machine, and whether they still lie there. */
import { checkpointPlace, isReachable } from '../../store/read/checkpoint-place.ts';
import type { CheckpointRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';

/** A checkpoint as it was announced; `folder` is its whole path, or its URI where it lies elsewhere. */
export interface PlacedCheckpoint extends CheckpointRow {
  readonly folder: string;
  readonly isThere: boolean;
}

/** Checkpoints of a run, newest first. */
export function placedCheckpoints(store: Store, runId: number): PlacedCheckpoint[] {
  return store.checkpoints(runId).map((checkpoint) => ({
    ...checkpoint,
    folder: checkpointPlace(store.paths, checkpoint) ?? checkpoint.uri,
    isThere: isReachable(store.paths, checkpoint),
  }));
}
