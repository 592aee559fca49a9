/**
 * Reads of metrics: curves, the step table, and what is new since a cursor.
 */
import type { Database } from 'better-sqlite3';
import { EVENT, type EventRow, type Series } from '../rows.ts';
import { query } from '../schema/select.ts';
import { curveReader } from './curve-reader.ts';
import { thin } from './thin.ts';

/** What happened after a cursor. Ask again with `cursor`; `more` says that a limit was met. */
export interface NewRows {
  readonly cursor: number;
  readonly more: boolean;
  readonly events: EventRow[];
  /** Values of the asked metrics at the new steps. */
  readonly points: readonly {
    readonly runId: number;
    readonly metric: string;
    readonly step: number;
    readonly value: number | null;
  }[];
}

/** A step with all its metrics. */
export interface StepMetricsRow {
  readonly step: number;
  readonly metrics: Record<string, number | null>;
}

interface StepValue {
  readonly step: number;
  readonly name: string;
  readonly value: number | null;
}

function byStep(values: readonly StepValue[]): StepMetricsRow[] {
  return [...Map.groupBy(values, (row) => row.step)].map(([step, rows]) => ({
    step,
    metrics: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  }));
}

/** The reads of metrics over an open database. */
export function metricQueries(db: Database) {
  const id = db.prepare<[string], number>('SELECT id FROM metric_names WHERE name = ?').pluck();
  const curve = curveReader(db);
  const mean = db
    .prepare<{ run: number; name: string; from: number; until: number }, number | null>(
      `SELECT avg(m.value) FROM metrics m
       WHERE m.run_id = @run AND m.metric_id = (SELECT id FROM metric_names WHERE name = @name) AND m.step BETWEEN @from AND @until`,
    )
    .pluck();
  const times = db
    .prepare<[number, number], [step: number, at: number]>(
      "SELECT step, at FROM events WHERE run_id = ? AND kind = 'step' AND step > ? ORDER BY step",
    )
    .raw();
  const stepValues = db.prepare<{ run: number; from: number; to: number }, StepValue>(
    `SELECT m.step AS step, n.name AS name, m.value AS value FROM metric_names n
     JOIN metrics m ON m.run_id = @run AND m.metric_id = n.id AND m.step BETWEEN @from AND @to ORDER BY m.step, n.id`,
  );
  const valuesAt = db.prepare<{ run: number; steps: string }, StepValue>(
    `SELECT m.step AS step, n.name AS name, m.value AS value FROM metric_names n CROSS JOIN json_each(@steps) j
     JOIN metrics m ON m.run_id = @run AND m.metric_id = n.id AND m.step = j.value ORDER BY m.step, n.id`,
  );
  const stepsSince = db
    .prepare<{ run: number; since: number }, number>(
      `SELECT DISTINCT m.step FROM metric_names n JOIN metrics m ON m.run_id = @run AND m.metric_id = n.id AND m.step > @since
       ORDER BY m.step`,
    )
    .pluck();
  const newest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM events').pluck();
  const since = query(db, EVENT, 'FROM events e WHERE e.seq > ? ORDER BY e.seq LIMIT ?');
  // CROSS JOIN keeps the order: few new events first, then their values.
  const newPoints = db.prepare<{ from: number; to: number; metrics: string }, NewRows['points'][number]>(
    `SELECT e.run_id AS runId, n.name AS metric, e.step AS step, m.value AS value
     FROM events e CROSS JOIN metric_names n ON n.name IN (SELECT value FROM json_each(@metrics))
     CROSS JOIN metrics m ON m.run_id = e.run_id AND m.metric_id = n.id AND m.step = e.step
     WHERE e.seq > @from AND e.seq <= @to AND e.kind = 'step' ORDER BY e.seq`,
  );

  return {
    /** The mean of a metric over all steps of a run that have a value (of those from `fromStep` to `untilStep`); null where none has. */
    metricMean(
      runId: number,
      name: string,
      {
        fromStep = 0,
        untilStep = Number.MAX_SAFE_INTEGER,
      }: { fromStep?: number | undefined; untilStep?: number | undefined } = {},
    ): number | null {
      return mean.get({ run: runId, name, from: fromStep, until: untilStep }) ?? null;
    },

    /**
     * One curve per run: all points after `sinceStep` up to `untilStep`, or, where a run has more than `maxPoints`, about that many
     * (`total` tells how many there are). Steps at even distances stay, and of each stretch of each run the smallest and largest value, so no spike is
     * lost; all runs keep the same steps, so that a mean over them is exact at every step that is drawn.
     */
    metricSeries(
      runIds: readonly number[],
      metric: string,
      options: {
        readonly sinceStep?: number | undefined;
        readonly untilStep?: number | undefined;
        readonly maxPoints?: number | undefined;
      } = {},
    ): Series[] {
      const metricId = id.get(metric);
      const { sinceStep = -1, untilStep = Number.MAX_SAFE_INTEGER, maxPoints = Number.POSITIVE_INFINITY } = options;
      const all = runIds.map((runId) => ({
        runId,
        ...(metricId === undefined ? { steps: [], values: [] } : curve(runId, metricId, sinceStep, untilStep)),
      }));
      // Half of the points lie evenly, so that no stretch is bridged by a straight line; the other half are the runs' extremes.
      const most = Math.max(4, maxPoints / 2 / runIds.length);
      const longest = all.reduce<readonly number[]>((a, { steps }) => (steps.length > a.length ? steps : a), []);
      const stride = Math.max(1, Math.ceil((2 * longest.length) / maxPoints));
      const kept =
        longest.length > maxPoints
          ? new Set([
              ...longest.filter((_, i) => i % stride === 0),
              ...all.flatMap(({ steps, values }) => thin(values, most).map((i) => steps[i]!)),
            ])
          : null;
      return all.map(({ runId, steps, values }): Series => {
        const drawn = { runId, metric, steps, values, total: values.length };
        if (kept === null) return drawn;
        return {
          ...drawn,
          steps: steps.filter((step) => kept.has(step)),
          values: values.filter((_, i) => kept.has(steps[i]!)),
        };
      });
    },

    /** When each step was recorded (ms since 1970), for curves over wall time. */
    stepTimes(runId: number, sinceStep = 0): { readonly steps: number[]; readonly times: number[] } {
      const rows = times.all(runId, sinceStep);
      return { steps: rows.map((row) => row[0]), times: rows.map((row) => row[1]) };
    },

    /** The steps after `since` that have metrics, rising, as stretches of steps that follow one another: [first, last]. */
    stepStretches(runId: number, since = -1): [number, number][] {
      const stretches: [number, number][] = [];
      for (const step of stepsSince.all({ run: runId, since })) {
        const last = stretches.at(-1);
        if (last !== undefined && step === last[1] + 1) last[1] = step;
        else stretches.push([step, step]);
      }
      return stretches;
    },

    /** The step table: every metric of the steps from `from` to `to`, both included. */
    stepTable(runId: number, from: number, to: number): StepMetricsRow[] {
      return byStep(stepValues.all({ run: runId, from, to }));
    },

    /** The step table's rows of the given steps. */
    stepRows: (runId: number, steps: readonly number[]): StepMetricsRow[] =>
      byStep(valuesAt.all({ run: runId, steps: JSON.stringify(steps) })),

    /** The newest event's seq: where a live view begins. */
    newestCursor: (): number => newest.get() ?? 0,

    /** Events after a cursor, oldest first, and the named metrics at their steps; one query each, whatever the number of runs. */
    newRowsSince(
      cursor: number,
      options: { readonly limit?: number; readonly metrics?: readonly string[] } = {},
    ): NewRows {
      const limit = options.limit ?? 1000;
      const events = since.all(cursor, limit);
      const to = events.at(-1)?.seq ?? cursor;
      const metrics = JSON.stringify(options.metrics ?? []);
      const points =
        events.length === 0 || options.metrics === undefined ? [] : newPoints.all({ from: cursor, to, metrics });
      return { cursor: to, more: events.length === limit, events, points };
    },
  };
}
