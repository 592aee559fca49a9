/** What of a run lies on disk beside its rows: removing it, and what must not be deleted. */
import { rmSync } from 'node:fs';
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

/** Removes checkpoints and logs of a run that was deleted; best effort, the rows are what counts. */
export function removeRunFiles(paths: HomePaths, runId: number): void {
  rmSync(join(paths.runs, String(runId)), { recursive: true, force: true, maxRetries: 2 });
}
