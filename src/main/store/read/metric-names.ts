/** Which metrics runs have, and which of them without any value. */
import type { Database } from 'better-sqlite3';

/** The reads over an open database. */
export function metricNameQueries(db: Database) {
  const namesOf = db
    .prepare<[string], string>(
      `SELECT n.name FROM metric_names n WHERE EXISTS
         (SELECT 1 FROM json_each(?) run CROSS JOIN metrics m ON m.run_id = run.value AND m.metric_id = n.id) ORDER BY n.id`,
    )
    .pluck();
  const emptyOf = db
    .prepare<{ runs: string }, string>(
      `SELECT n.name FROM metric_names n
       WHERE EXISTS (SELECT 1 FROM json_each(@runs) run CROSS JOIN metrics m ON m.run_id = run.value AND m.metric_id = n.id)
         AND NOT EXISTS (SELECT 1 FROM json_each(@runs) run
           CROSS JOIN metrics m ON m.run_id = run.value AND m.metric_id = n.id AND m.value IS NOT NULL) ORDER BY n.id`,
    )
    .pluck();
  return {
    /** Names of the metrics that any of the runs has: the first run that has one settles it. */
    metricNames: (runIds: readonly number[]): string[] => namesOf.all(JSON.stringify(runIds)),

    /** Names of the metrics that were recorded of the runs, but never with a value: they do not apply to them, or have not yet. */
    emptyMetrics: (runIds: readonly number[]): string[] => emptyOf.all({ runs: JSON.stringify(runIds) }),
  };
}
