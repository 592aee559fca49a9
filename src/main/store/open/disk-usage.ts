/**
 * What a home takes on disk, part by part, and what of it can be freed without losing a result. Walks the folders without blocking; what
 * vanishes meanwhile counts as nothing, links are not followed.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { diskRoom } from '../../model/io/local-path.ts';
import { entryOf } from '../../model/io/path-names.ts';
import { checkpointPlace, isItsOwn, isOnDisk } from '../read/checkpoint-place.ts';
import type { CheckpointRow } from '../rows.ts';
import type { Store } from '../store.ts';

/** Bytes of each part of a home. `trash` are the folders of runs in the trash, `logs` what else runs have written. */
export interface HomeUsage {
  readonly database: number;
  readonly checkpoints: number;
  readonly logs: number;
  readonly trash: number;
  readonly models: number;
  readonly datasets: number;
  readonly backups: number;
  readonly others: number;
  readonly total: number;
  /** Free on the disk that the home lies on; null where it cannot be had. */
  readonly free: number | null;
  /** Checkpoints of finished runs older than their last that are still on disk. */
  readonly older: { readonly bytes: number; readonly checkpoints: number; readonly runs: number };
}

type Part = Exclude<keyof HomeUsage, 'total' | 'free' | 'older'>;

/** Measures a home. */
export async function homeUsage(store: Store): Promise<HomeUsage> {
  const { home, runs } = store.paths;
  const parts: Record<Part, number> = {
    ...{ database: 0, checkpoints: 0, logs: 0, trash: 0, models: 0, datasets: 0, backups: 0, others: 0 },
  };
  const kept = new Set(store.listRuns({ branches: true }).map((run) => String(run.id)));
  for (const name of await readdir(home).catch(() => [] as string[])) {
    const bytes = name === 'runs' ? 0 : await bytesBelow(entryOf(home, name));
    parts[partOf(name)] += bytes;
  }
  for (const name of await readdir(runs).catch(() => [] as string[])) {
    const checkpoints = await bytesBelow(join(entryOf(runs, name), 'checkpoints'));
    const logs = await bytesBelow(entryOf(runs, name), 'checkpoints');
    if (!kept.has(name)) parts.trash += checkpoints + logs;
    else {
      parts.checkpoints += checkpoints;
      parts.logs += logs;
    }
  }
  // Pages that deleted rows gave back are used again before the file grows: they count as free.
  const [pages, size] = ['freelist_count', 'page_size'].map((name) =>
    Number(store.database.pragma(name, { simple: true })),
  );
  parts.database = Math.max(0, parts.database - (pages ?? 0) * (size ?? 0));
  const older = olderOnDisk(store);
  const disk = await diskRoom(home).catch(() => null);
  return {
    ...parts,
    total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0),
    free: disk?.free ?? null,
    older: {
      bytes: older.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0),
      checkpoints: older.length,
      runs: new Set(older.map((checkpoint) => checkpoint.runId)).size,
    },
  };
}

/** Removes the older checkpoints of finished runs (of one run, or of all) and forgets them. Returns how many and their bytes. */
export async function freeOlderCheckpoints(
  store: Store,
  runId?: number,
): Promise<{ readonly checkpoints: number; readonly bytes: number }> {
  const older = store.olderCheckpoints().filter((checkpoint) => runId === undefined || checkpoint.runId === runId);
  const there = older.filter((checkpoint) => isOnDisk(store.paths, checkpoint));
  for (const checkpoint of older) {
    const place = checkpointPlace(store.paths, checkpoint);
    if (place === null) continue; // it lies elsewhere and takes no room here
    // A place that is not in its run's folder is forgotten, never removed.
    refuseLostHome(store.paths.home);
    if (isItsOwn(store.paths, checkpoint)) await rm(place, { recursive: true, force: true, maxRetries: 2 });
    store.forgetCheckpoint(checkpoint.runId, checkpoint.step);
  }
  return { checkpoints: there.length, bytes: there.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0) };
}

/** What can be freed: runs have removed most of their older checkpoints themselves, which frees nothing again. */
function olderOnDisk(store: Store): CheckpointRow[] {
  return store.olderCheckpoints().filter((checkpoint) => isOnDisk(store.paths, checkpoint));
}

function partOf(name: string): Part {
  if (/^sophia\.db(-wal|-shm)?$/.test(name)) return 'database';
  return name === 'models' || name === 'datasets' || name === 'backups' ? name : 'others';
}

/** Bytes of one file, or of all files below a folder without its own entry named `except`; links and what vanishes meanwhile count as nothing. */
export async function bytesBelow(path: string, except?: string): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null || !stat.isDirectory()) return stat?.isFile() ? stat.size : 0;
  let sum = 0;
  for (const name of await readdir(path).catch(() => [] as string[]))
    if (name !== except) sum += await bytesBelow(entryOf(path, name));
  return sum;
}
