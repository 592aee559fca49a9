/** What every procedure can reach: the store for reading and small writes, the engine for everything that starts or stops work. */
import type { Changes } from '../services/changes.ts';
import type { EngineControl } from '../services/engine-control.ts';
import type { Store } from '../store/store.ts';

/** What every procedure is given: the store, the engine, and the feed of changes. */
export interface ApiContext {
  readonly store: Store;
  readonly engine: EngineControl;
  readonly changes: Changes;
}
