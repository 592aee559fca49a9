/** What must not be deleted: runs that are at work. */
import { SophiaError } from '../../../shared/errors.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Store } from '../../store/store.ts';
import type { EngineControl } from '../engine-control.ts';

/** What the checks ask: which runs are at work, and what they are called. */
export interface WorkAndStore {
  readonly engine: Pick<EngineControl, 'status'>;
  readonly store: Store;
}

/** Throws a conflict when one of the runs is running or about to. */
export function refuseBusy({ engine, store }: WorkAndStore, runIds: readonly number[]): void {
  const { running, waiting } = engine.status();
  const busy = runIds.find((id) => running.includes(id) || waiting.includes(id));
  if (busy === undefined) return;
  const state = running.includes(busy) ? 'running' : 'waiting to run';
  throw new SophiaError('conflict', `Run ${store.run(busy).name} is ${state}.`, 'Stop it first.');
}

/** Throws a conflict when the settings of a run at work, or about to be, name what is to go. @param what as its line begins, such as `Model "x"` */
export function refuseNeeded(
  { engine, store }: WorkAndStore,
  what: string,
  isNamed: (settings: Settings) => boolean,
): void {
  const { running, waiting } = engine.status();
  const needing = [...running, ...waiting].map((id) => store.run(id)).find(({ settings }) => isNamed(settings));
  if (needing === undefined) return;
  throw new SophiaError('conflict', `${what} is needed by run ${needing.name}.`, 'Stop it first.');
}
