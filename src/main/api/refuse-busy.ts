/** What must not be deleted: runs that are at work. */
import { SophiaError } from '../../shared/errors.ts';
import type { ApiContext } from './context.ts';

/** Throws a conflict when one of the runs is running or about to. */
export function refuseBusy({ engine, store }: ApiContext, runIds: readonly number[]): void {
  const { running, waiting } = engine.status();
  const busy = runIds.find((id) => running.includes(id) || waiting.includes(id));
  if (busy === undefined) return;
  const state = running.includes(busy) ? 'running' : 'waiting to run';
  throw new SophiaError('conflict', `Run ${store.run(busy).name} is ${state}.`, 'Stop it first.');
}
