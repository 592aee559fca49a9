/** What of a run lies on disk beside its rows: how big it is, removing it, and what must not be deleted. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';
import type { HomePaths } from '../store/home.ts';
import type { ApiContext } from './context.ts';

/** Throws a conflict when one of the runs is running or about to. */
export function refuseBusy({ engine, store }: ApiContext, runIds: readonly number[]): void {
  const { running, waiting } = engine.status();
  const busy = runIds.find((id) => running.includes(id) || waiting.includes(id));
  if (busy === undefined) return;
  const state = running.includes(busy) ? 'running' : 'waiting to run';
  throw new SophiaError('conflict', `Run ${store.run(busy).name} is ${state}.`, 'Stop it first.');
}

/** Bytes of a run's folder on disk. */
export function folderBytes(paths: HomePaths, runId: number): number {
  return bytesBelow(join(paths.runs, String(runId)));
}

/** Bytes of all files below a folder or of one file; links count as nothing, what vanishes meanwhile too. */
export function bytesBelow(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isDirectory()) return stat?.isFile() ? stat.size : 0;
  try {
    return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
  } catch {
    return 0;
  }
}

/** Removes checkpoints and logs of a run that was deleted; best effort, the rows are what counts. */
export function removeRunFiles(paths: HomePaths, runId: number): void {
  rmSync(join(paths.runs, String(runId)), { recursive: true, force: true, maxRetries: 2 });
}
