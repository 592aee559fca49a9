/** Live updates: what is new since a cursor, again and again as it is committed. */
import type { EventRow, RunDetail, RunRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from './changes.ts';

/** Events per batch at most; more follow at once. */
const BATCH = 500;

/** What happened, the changed runs as they are now, and the new points of the metrics asked for. */
export interface LiveBatch {
  readonly cursor: number;
  readonly events: readonly EventRow[];
  readonly runs: readonly RunRow[];
  readonly points: readonly { runId: number; metric: string; step: number; value: number | null }[];
  /** Grows with every notice and every delivery of one. */
  readonly noticed: number;
}

/** What batches are read from. */
export interface LiveSource {
  readonly store: Store;
  readonly changes: Changes;
  /** Says how often there was a notice or a delivery. */
  readonly noticed: () => number;
}

/** Every batch after `cursor`, each event in one of them, until `signal` aborts. */
export async function* liveBatches(
  { store, changes, noticed }: LiveSource,
  cursor: number,
  metrics: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<LiveBatch, void, undefined> {
  let at = cursor;
  let told = noticed();
  while (!signal.aborted) {
    const change = changes.next(signal); // before reading: what is committed in between rings for the next round
    const { cursor: next, events, points, more } = store.newRowsSince(at, { limit: BATCH, metrics });
    // A notice may come without an event: the disk is low.
    if (events.length > 0 || noticed() !== told) {
      at = next;
      told = noticed();
      const runIds = [...new Set(events.map((event) => event.runId))];
      yield { cursor: at, events, runs: runIds.map((id) => runRow(store.run(id))), points, noticed: told };
    }
    if (!more) await change;
  }
}

function runRow({ settings: _settings, attempts: _attempts, branches: _branches, ...row }: RunDetail): RunRow {
  return row;
}
