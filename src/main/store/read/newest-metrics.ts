/** The newest value of some metrics of a run: one look-up by key each, however long the run. */
import type { Database } from 'better-sqlite3';

/** A reader of newest values: `(runId, names)` gives name -> value, without the metrics that the run does not have. */
export function newestMetrics(
  db: Database,
): (runId: number, names: readonly string[]) => Record<string, number | null> {
  const newest = db.prepare<{ run: number; names: string }, { name: string; value: number | null }>(
    `SELECT n.name AS name,
       (SELECT m.value FROM metrics m WHERE m.run_id = @run AND m.metric_id = n.id ORDER BY m.step DESC LIMIT 1) AS value
     FROM metric_names n WHERE n.name IN (SELECT value FROM json_each(@names))`,
  );
  return (runId, names) => {
    const rows = newest.all({ run: runId, names: JSON.stringify(names) });
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  };
}
