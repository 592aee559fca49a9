/**
 * The events table: one row per thing that happened. Its ever-rising `seq` is what live views ask "what is new since" with.
 */
import type { Database } from 'better-sqlite3';
import { EVENT } from '../rows.ts';
import { query } from '../schema/select.ts';

/** Adds events; to be called inside a transaction. */
export interface EventLog {
  /** Adds an event of a run's current attempt; `step` null means the run's current step. Returns its seq. */
  add(runId: number, kind: string, step: number | null, data: unknown): number;
  /** As add, but a running count (a phase) takes the place of the run's last event when that was the same phase. */
  progress(runId: number, step: number, data: { readonly phase: string; readonly [key: string]: unknown }): number;
}

/** The log over an open database. */
export function eventLog(db: Database, now: () => number): EventLog {
  const insert = db.prepare(
    `INSERT INTO events (run_id, attempt, kind, step, at, data)
     SELECT id, attempt, ?, coalesce(?, step), ?, ? FROM runs WHERE id = ?`,
  );
  const newest = query(
    db,
    EVENT,
    "FROM events e WHERE e.run_id = ? AND e.kind = 'phase' AND e.step = ? ORDER BY e.seq DESC LIMIT 1",
  );
  const remove = db.prepare('DELETE FROM events WHERE seq = ?');
  const add = (runId: number, kind: string, step: number | null, data: unknown): number =>
    Number(insert.run(kind, step, now(), data == null ? null : JSON.stringify(data), runId).lastInsertRowid);
  return {
    add,
    progress(runId, step, data) {
      const last = newest.get(runId, step);
      if (last !== undefined && last.data?.phase === data.phase) remove.run(last.seq);
      return add(runId, 'phase', step, data);
    },
  };
}
