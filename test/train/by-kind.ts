/** Events of a run, picked by kind. */
import type { RunEvent, RunEventOf } from '../../src/shared/run/run-events.ts';

/** A function that gives the events of a kind, in their order. */
export function byKind(events: readonly RunEvent[]) {
  return <K extends RunEvent['kind']>(kind: K) => events.filter((event): event is RunEventOf<K> => event.kind === kind);
}
