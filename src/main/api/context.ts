/** What every procedure can reach: the store for reading and small writes, the engine for everything that starts or stops work. */
import type { Place } from '../services/beside/beside.ts';
import type { Changes } from '../services/changes.ts';
import type { EngineControl } from '../services/engine-control.ts';
import type { Store } from '../store/store.ts';

/** What every procedure is given: the store, the engine, and the feed of changes. */
export interface ApiContext {
  readonly store: Store;
  readonly engine: EngineControl;
  readonly changes: Changes;
}

/** Where work beside the engine is done. */
export const placeOf = ({ store, engine }: Pick<ApiContext, 'store' | 'engine'>): Place => ({
  home: store.paths.home,
  node: engine.program.node,
});
