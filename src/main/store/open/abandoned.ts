/**
 * Work whose process is gone: rows that say "running" though nobody holds the home. Who opens the home for writing settles them; who only
 * reads sees them settled, by temporary views over the same tables, and writes nothing. A run whose trainer kept a reference may be going on:
 * it is left as it is, for its trainer to say (jobs/run-queue.ts attaches to it).
 */
import type { Database } from 'better-sqlite3';
import type { RunWriter } from '../write/runs.ts';
import { IS_ABANDONED } from './is-abandoned.ts';

/** Why such a run or step of the TRM's pipeline is no longer under way. */
const REASONS = {
  running: 'The engine ended during the run. Resume continues from the last checkpoint.',
  queued: 'The engine ended while the run was queued.',
  pipeline: 'Its process ended. Run the same command to resume.',
} as const;

/** Tables of the TRM's pipeline and the state that a working process leaves there. */
const PIPELINE = { trm_annotations: 'running', trm_models: 'training' } as const;

/** Settles what an ended process left, with an event for every run. To be called by the home's owner before it starts anything. */
export function settleAbandoned(db: Database, runs: RunWriter, now: () => number): void {
  const waiting = db.prepare<[], number>("SELECT id FROM runs WHERE state = 'queued'").pluck();
  db.transaction(() => {
    runs.markInterrupted(REASONS.running);
    for (const id of waiting.all()) runs.setRunState(id, 'interrupted', REASONS.queued);
    settlePipeline(db, now);
  }).immediate();
}

/** Settles what an ended process of the TRM's pipeline left. To be called while none is at work. */
export function settlePipeline(db: Database, now: () => number): void {
  for (const [table, state] of Object.entries(PIPELINE))
    db.prepare(`UPDATE ${table} SET state = 'stopped', reason = ?, updated_at = ? WHERE state = ?`).run(
      REASONS.pipeline,
      now(),
      state,
    );
}

/** For a reader of a home that nobody holds: from now on this connection sees such rows as settleAbandoned would leave them. */
export function showAbandoned(db: Database): void {
  db.pragma('temp_store = MEMORY'); // the disk of a home that is only read may not be writable
  const whileRunning = (column: string) => `CASE WHEN ${IS_ABANDONED} THEN NULL ELSE ${column} END`;
  shadow(db, 'runs', {
    state: `CASE WHEN state = 'queued' OR ${IS_ABANDONED} THEN 'interrupted' ELSE state END`,
    reason: `CASE WHEN ${IS_ABANDONED} THEN '${REASONS.running}' WHEN state = 'queued' THEN '${REASONS.queued}' ELSE reason END`,
    pid: whileRunning('pid'),
    phase: whileRunning('phase'),
    phase_done: whileRunning('phase_done'),
    phase_total: whileRunning('phase_total'),
  });
  for (const [table, state] of Object.entries(PIPELINE))
    shadow(db, table, {
      state: `CASE state WHEN '${state}' THEN 'stopped' ELSE state END`,
      reason: `CASE state WHEN '${state}' THEN '${REASONS.pipeline}' ELSE reason END`,
    });
}

/** A temporary view takes the table's name for this connection, some of its columns computed. */
function shadow(db: Database, table: string, computed: Readonly<Record<string, string>>): void {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  const list = columns.map((name) => (computed[name] === undefined ? name : `${computed[name]} AS ${name}`));
  db.exec(`CREATE TEMP VIEW ${table} AS SELECT ${list.join(', ')} FROM main.${table} t`);
}
