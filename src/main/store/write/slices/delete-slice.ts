/** Deletes what a run has many rows of, a slice at a time: in one stroke the responses and metrics of a long run hold everybody up for seconds. */
import type { Database } from 'better-sqlite3';

/**
 * Makes the function that deletes at most about `most` rows of a run (responses, then metrics, evaluations and asked answers with their questions, events), in a
 * transaction of their own; it returns how many those were, 0 where none is left.
 */
export function sliceDeleter(db: Database): (runId: number, most: number) => number {
  const responses = db.prepare<[number, number], number>('SELECT id FROM responses WHERE run_id = ? LIMIT ?').pluck();
  const removeResponse = db.prepare('DELETE FROM responses WHERE id = ?');
  const unword = db.prepare('DELETE FROM response_words WHERE rowid = ?');
  // A response takes as long as ten metrics; an evaluation brings all its questions along.
  const others = [
    { share: 10, sql: 'metrics WHERE run_id = @run AND (metric_id, step) IN (SELECT metric_id, step FROM metrics' },
    { share: 0.02, sql: 'answer_sets WHERE id IN (SELECT id FROM answer_sets' },
    { share: 0.02, sql: 'evaluations WHERE id IN (SELECT id FROM evaluations' },
    { share: 5, sql: 'events WHERE seq IN (SELECT seq FROM events' },
  ].map(({ share, sql }) => ({
    share,
    statement: db.prepare(`DELETE FROM ${sql} WHERE run_id = @run LIMIT @most)`),
  }));
  const slice = db.transaction((runId: number, most: number): number => {
    const some = responses.all(runId, most);
    for (const response of some) {
      unword.run(response);
      removeResponse.run(response);
    }
    if (some.length > 0) return some.length;
    for (const { statement, share } of others) {
      const { changes } = statement.run({ run: runId, most: Math.ceil(most * share) });
      if (changes > 0) return changes;
    }
    return 0;
  });
  return (runId, most) => slice.immediate(runId, most);
}
