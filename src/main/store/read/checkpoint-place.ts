/**
 * Where a checkpoint of a home lies (model/io/local-path.ts), and whether it is there: a run removes its older ones by itself, and their rows
 * stay.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { localPath } from '../../model/io/local-path.ts';
import { type HomePaths, runFolder } from '../open/home.ts';
import type { CheckpointRow } from '../rows.ts';

type Named = Pick<CheckpointRow, 'runId' | 'uri'>;

/** A checkpoint's whole path on this machine; null where it lies elsewhere. */
export function checkpointPlace(paths: HomePaths, { runId, uri }: Named): string | null {
  return localPath(uri, runFolder(paths, runId));
}

/** True while its files are on this machine. */
export function isOnDisk(paths: HomePaths, checkpoint: Named): boolean {
  const place = checkpointPlace(paths, checkpoint);
  return place !== null && existsSync(place);
}

/** True while a run can go on from it, as far as can be seen from here: whether one that lies elsewhere is there, its trainer finds out. */
export function isReachable(paths: HomePaths, checkpoint: Named): boolean {
  return checkpointPlace(paths, checkpoint) === null || isOnDisk(paths, checkpoint);
}

/** False for a place that is not in its run's folder: such a one is never removed or moved. */
export function isItsOwn(paths: HomePaths, checkpoint: Named): boolean {
  const place = checkpointPlace(paths, checkpoint);
  return place !== null && resolve(place).startsWith(runFolder(paths, checkpoint.runId) + sep);
}

/** A checkpoint's URI relative to its run's folder, the same in another run's; one that does not lie in it keeps its own. */
export function uriWithin(paths: HomePaths, checkpoint: Named): string {
  const place = checkpointPlace(paths, checkpoint);
  if (place === null || !isItsOwn(paths, checkpoint)) return checkpoint.uri;
  return relative(runFolder(paths, checkpoint.runId), place).split(sep).map(encodeURIComponent).join('/');
}

/** A checkpoint that becomes another run's. */
export interface CheckpointMove {
  readonly from: Named;
  readonly to: Named;
}

/** Moves the files of checkpoints; one that is not there, or cannot be moved, is passed over: its row tells that it is missing. */
export function moveCheckpoints(paths: HomePaths, moves: readonly CheckpointMove[]): void {
  for (const { from, to } of moves) {
    const [source, target] = [checkpointPlace(paths, from), checkpointPlace(paths, to)];
    if (source === null || target === null || source === target || !existsSync(source)) continue;
    try {
      mkdirSync(dirname(target), { recursive: true });
      renameSync(source, target);
    } catch {
      // Its files stay where they are, and the run writes over them.
    }
  }
}
