/** Where a checkpoint lies on this machine, and whether it still does: a run removes its older ones by itself, and their rows stay. */
import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { HomePaths } from './home.ts';
import type { CheckpointRow } from './rows.ts';

/** A checkpoint's whole path. A relative one (of an imported archive) lies in the run's own folder. */
export function checkpointPlace(paths: HomePaths, { runId, path }: Pick<CheckpointRow, 'runId' | 'path'>): string {
  return resolve(join(paths.runs, String(runId)), path);
}

/** True while its files are there. */
export function isOnDisk(paths: HomePaths, checkpoint: Pick<CheckpointRow, 'runId' | 'path'>): boolean {
  return existsSync(checkpointPlace(paths, checkpoint));
}

/** False for a path that leads out of its run's folder: such a one is never removed. */
export function isItsOwn(paths: HomePaths, checkpoint: Pick<CheckpointRow, 'runId' | 'path'>): boolean {
  return checkpointPlace(paths, checkpoint).startsWith(join(paths.runs, String(checkpoint.runId)) + sep);
}
