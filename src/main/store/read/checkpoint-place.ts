/** Where a checkpoint lies on this machine, and whether it still does: a run removes its older ones by itself, and their rows stay. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type HomePaths, runFolder } from '../open/home.ts';
import type { CheckpointRow } from '../rows.ts';

/** A checkpoint's whole path. A relative one (of an imported archive) lies in the run's own folder. */
export function checkpointPlace(paths: HomePaths, { runId, path }: Pick<CheckpointRow, 'runId' | 'path'>): string {
  return resolve(runFolder(paths, runId), path);
}

/** True while its files are there. */
export function isOnDisk(paths: HomePaths, checkpoint: Pick<CheckpointRow, 'runId' | 'path'>): boolean {
  return existsSync(checkpointPlace(paths, checkpoint));
}

/** False for a path that leads out of its run's folder: such a one is never removed. */
export function isItsOwn(paths: HomePaths, checkpoint: Pick<CheckpointRow, 'runId' | 'path'>): boolean {
  return checkpointPlace(paths, checkpoint).startsWith(runFolder(paths, checkpoint.runId) + sep);
}

type Placed = Pick<CheckpointRow, 'runId' | 'path'>;

/** A checkpoint that becomes another run's. */
export interface CheckpointMove {
  readonly from: Placed;
  readonly to: Placed;
}

/** The path that a checkpoint has in another run's folder; one that lies outside of its own stays where it is. */
export function placeInRun(paths: HomePaths, checkpoint: Placed, runId: number): string {
  if (!isItsOwn(paths, checkpoint)) return checkpoint.path;
  const within = relative(runFolder(paths, checkpoint.runId), checkpointPlace(paths, checkpoint));
  return join(runFolder(paths, runId), within);
}

/** Moves the files of checkpoints; one that is not there, or cannot be moved, is passed over: its row tells that it is missing. */
export function moveCheckpoints(paths: HomePaths, moves: readonly CheckpointMove[]): void {
  for (const { from, to } of moves) {
    const [source, target] = [checkpointPlace(paths, from), checkpointPlace(paths, to)];
    if (source === target || !existsSync(source)) continue;
    try {
      mkdirSync(dirname(target), { recursive: true });
      renameSync(source, target);
    } catch {
      // Its files stay where they are, and the run writes over them.
    }
  }
}
