/**
 * The events table: one row per thing that happened. Its ever-rising `seq` is what live views ask "what is new since" with.
 */
import type { Database } from 'better-sqlite3';
import { EVENT } from '../rows.ts';
import { query } from '../schema/select.ts';

/** What a trainer says beside the event itself. */
export interface Said {
  /** Its number within the attempt; null where the engine says it. */
  readonly sequence?: number | null;
  /** When it happened, ms since 1970; now where it is not given. */
  readonly at?: number | undefined;
}

/** Adds events; to be called inside a transaction. */
export interface EventLog {
  /** Adds an event of a run's current attempt; `step` null means the run's current step. Returns its seq. */
  add(runId: number, kind: string, step: number | null, data: unknown, said?: Said): number;
  /** As add, but a running count (a phase) takes the place of the run's last event when that was the same phase. */
  progress(
    runId: number,
    step: number,
    data: { readonly phase: string; readonly [key: string]: unknown },
    said?: Said,
  ): number;
}

/** The log over an open database. */
export function eventLog(db: Database, now: () => number): EventLog {
  const insert = db.prepare(
    `INSERT INTO events (run_id, attempt, kind, step, at, data, sequence)
     SELECT id, attempt, ?, coalesce(?, step), ?, ?, ? FROM runs WHERE id = ?`,
  );
  const newest = query(
    db,
    EVENT,
    "FROM events e WHERE e.run_id = ? AND e.kind = 'phase' AND e.step = ? ORDER BY e.seq DESC LIMIT 1",
  );
  const remove = db.prepare('DELETE FROM events WHERE seq = ?');
  const add: EventLog['add'] = (runId, kind, step, data, { sequence = null, at = now() } = {}) => {
    const text = data == null ? null : JSON.stringify(data);
    return Number(insert.run(kind, step, at, text, sequence, runId).lastInsertRowid);
  };
  return {
    add,
    progress(runId, step, data, said) {
      const last = newest.get(runId, step);
      if (last !== undefined && last.data?.phase === data.phase) remove.run(last.seq);
      return add(runId, 'phase', step, data, said);
    },
  };
}
