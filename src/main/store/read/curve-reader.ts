/**
 * One curve, all of its points, read the quick way: a row of two columns costs the driver three times what a bare value does, and the
 * steps of nearly every run follow one another without a hole, so that they need not be read at all.
 */
import type { Database } from 'better-sqlite3';

/** Points of a curve: equal lengths, rising steps, null where a value does not apply. */
export interface Points {
  readonly steps: number[];
  readonly values: (number | null)[];
}

interface Range {
  readonly run: number;
  readonly metric: number;
  readonly since: number;
  readonly until: number;
}

/** A reader of curves: (run, metric id, `sinceStep`, `untilStep`) gives the points after the one step up to the other, both of them ints. */
export function curveReader(
  db: Database,
): (runId: number, metricId: number, sinceStep: number, untilStep: number) => Points {
  const where = 'FROM metrics WHERE run_id = @run AND metric_id = @metric AND step > @since AND step <= @until';
  const valuesOf = db.prepare<Range, number | null>(`SELECT value ${where} ORDER BY step`).pluck();
  const stepsOf = db.prepare<Range, number>(`SELECT step ${where} ORDER BY step`).pluck();
  // Two look-ups by key; min and max in one SELECT would walk all of the curve.
  const endsOf = db
    .prepare<Range, [first: number, last: number]>(`SELECT (SELECT min(step) ${where}), (SELECT max(step) ${where})`)
    .raw();
  return (run, metric, since, until) => {
    const range = { run, metric, since, until };
    const values = valuesOf.all(range);
    if (values.length === 0) return { steps: [], values };
    const [first, last] = endsOf.get(range) ?? [0, 0];
    const isWhole = values.length === last - first + 1;
    return { steps: isWhole ? values.map((_, i) => first + i) : stepsOf.all(range), values };
  };
}
