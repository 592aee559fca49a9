/** What a table of many runs reads of each: its settings, and what its curves come to. One statement for all runs, whatever their number. */
import type { Database } from 'better-sqlite3';
import { LAST_STEPS } from '../../../shared/values/curve-end.ts';
import { EVALUATION, type EvaluationRow } from '../rows.ts';
import { query, type Selected, select } from '../schema/select.ts';

const RUN_SETTINGS = select({ r: 'runs' }, ['r.id', 'r.settings']);
const VARIANT_SETTINGS = select({ r: 'runs' }, ['r.settings']);
/** A run's settings; {} of a run of another program's log. */
export interface RunSettings extends Selected<typeof RUN_SETTINGS> {}

/** What a run's curve of a metric comes to; null where it has no value. */
export interface CurveFigures {
  readonly runId: number;
  readonly metric: string;
  /** Its newest value. */
  readonly last: number | null;
  /** The mean over its last LAST_STEPS steps, as charts tell it (shared/values/curve-end.ts). */
  readonly mean: number | null;
}

/** The largest and the smallest value of a run's curve. */
export interface CurveEnds {
  readonly runId: number;
  readonly metric: string;
  readonly least: number | null;
  readonly most: number | null;
}

/** What a table of runs of many studies needs of a study's plan; null where the plan cannot be read. */
export interface PlanFacts {
  readonly id: number;
  readonly world: string | null;
  /** JSON: [name, title] of each variant, in order. */
  readonly variants: string | null;
}

interface Asked {
  readonly runs: string;
  readonly metrics: string;
}

// CROSS JOIN keeps the order, so that each run's metric is one stretch of the key (run, metric, step).
const EACH = `FROM json_each(@runs) j CROSS JOIN metric_names n ON n.name IN (SELECT value FROM json_each(@metrics))`;

/** The reads over an open database. */
export function runTableQueries(db: Database) {
  const settings = query(db, RUN_SETTINGS, 'FROM json_each(?) j JOIN runs r ON r.id = j.value');
  const perVariant = query(
    db,
    VARIANT_SETTINGS,
    'FROM (SELECT min(id) AS id FROM runs WHERE cut_from IS NULL AND trashed_at IS NULL GROUP BY study_id, variant) j JOIN runs r ON r.id = j.id',
  );
  const newest = query(
    db,
    EVALUATION,
    `FROM json_each(?) j JOIN evaluations e ON e.run_id = j.value
     WHERE e.step = (SELECT max(o.step) FROM evaluations o WHERE o.run_id = e.run_id AND o.benchmark = e.benchmark AND o.mode = e.mode)
     ORDER BY e.run_id, e.step, e.id`,
  );
  const plans = db.prepare<[], PlanFacts>(
    `SELECT s.id, json_extract(p.plan, '$.settings.data.world') AS world,
       (SELECT json_group_array(json_array(json_extract(v.value, '$.name'), json_extract(v.value, '$.title'))) FROM json_each(p.plan, '$.variants') v) AS variants
     FROM studies s JOIN (SELECT id, iif(json_valid(plan), plan, '{}') AS plan FROM studies) p ON p.id = s.id`,
  );
  const figures = db.prepare<Asked, CurveFigures>(
    `WITH newest AS MATERIALIZED (
       SELECT j.value AS run, n.id AS metric, n.name AS name,
         (SELECT m.step FROM metrics m WHERE m.run_id = j.value AND m.metric_id = n.id AND m.value IS NOT NULL ORDER BY m.step DESC LIMIT 1) AS step
       ${EACH})
     SELECT run AS runId, name AS metric,
       (SELECT m.value FROM metrics m WHERE m.run_id = run AND m.metric_id = metric AND m.step = newest.step) AS last,
       (SELECT avg(m.value) FROM metrics m WHERE m.run_id = run AND m.metric_id = metric AND m.step > newest.step - ${LAST_STEPS}) AS mean
     FROM newest WHERE step IS NOT NULL`,
  );
  const ends = db.prepare<Asked, CurveEnds>(
    `SELECT m.run_id AS runId, n.name AS metric, min(m.value) AS least, max(m.value) AS most
     ${EACH} CROSS JOIN metrics m ON m.run_id = j.value AND m.metric_id = n.id GROUP BY m.run_id, n.id`,
  );
  const asked = (runIds: readonly number[], metrics: readonly string[]): Asked => ({
    runs: JSON.stringify(runIds),
    metrics: JSON.stringify(metrics),
  });
  return {
    /** Settings of runs. */
    settingsOfRuns: (runIds: readonly number[]): RunSettings[] => settings.all(JSON.stringify(runIds)),

    /** Settings of one run of each variant of each study: within a variant they differ in the seed alone. */
    settingsOfVariants: (): Selected<typeof VARIANT_SETTINGS>[] => perVariant.all(),

    /** Each run's newest evaluation of every benchmark in every way of answering, by run and step. */
    newestEvaluations: (runIds: readonly number[]): EvaluationRow[] => newest.all(JSON.stringify(runIds)),

    /** World and variants of every study. */
    planFacts: (): PlanFacts[] => plans.all(),

    /** What the runs' curves come to at their ends; a run without any value of a metric has no entry. */
    curveFigures: (runIds: readonly number[], metrics: readonly string[]): CurveFigures[] =>
      metrics.length === 0 ? [] : figures.all(asked(runIds, metrics)),

    /** Smallest and largest values of the runs' curves: every step is read. */
    curveEnds: (runIds: readonly number[], metrics: readonly string[]): CurveEnds[] =>
      metrics.length === 0 ? [] : ends.all(asked(runIds, metrics)),
  };
}
