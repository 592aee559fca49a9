/**
 * The table of a study's runs: every column that can be asked for, and the runs that a filter lets through with the values of the asked ones.
 * Five statements in all (runs, settings, metric names, curves, evaluations), whatever the number of runs and columns.
 */

import { METRICS, type MetricMeta } from '../../../shared/run/metrics.ts';
import {
  accuracyColumns,
  type CellValue,
  curveOf,
  metricColumns,
  RUN_COLUMNS,
  type RunColumn,
  type RunTableRow,
  settingColumns,
} from '../../../shared/run-table/column.ts';
import { boundFilter } from '../../../shared/run-table/filter/apply.ts';
import { valueAt } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { AccuracyChart } from '../../../shared/study/accuracy-curves.ts';
import { accuracyCharts, accuracyCurve } from '../../../shared/study/accuracy-curves.ts';
import { differingPaths } from '../../../shared/study/arm-differences.ts';
import { isInEffect } from '../../../shared/study/same-arms.ts';
import type { Study } from '../../../shared/study/study.ts';
import { studyWorld } from '../../../shared/worlds/worlds.ts';
import type { EvaluationRow, RunRow, StudyDetail } from '../rows.ts';
import type { ReadStore } from '../store.ts';

/** What is wanted of the table. */
export interface RunTableOptions {
  /** Ids of columns; default: the usual ones. Those that the study does not have are left out. */
  readonly columns?: readonly string[] | undefined;
  /** Further ones, whose values something beside the table needs. */
  readonly also?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  /** Settings that have no effect on a run with the values that they were given, instead of null: for a fit, which needs every value. */
  readonly asGiven?: boolean;
}

/** The table. */
export interface RunTable {
  readonly study: Pick<StudyDetail, 'name'> & Pick<Study, 'variants' | 'baseline'>;
  /** Every column that can be asked for. */
  readonly columns: readonly RunColumn[];
  /** Ids of the columns that are shown where nothing else is asked for. */
  readonly usual: readonly string[];
  /** Runs of the study, before any filter. */
  readonly total: number;
  readonly rows: readonly RunTableRow[];
}

/** Metrics that are shown unless others are asked for. */
const USUAL_METRICS = ['rewards/outcome/mean', 'thinking/rubric/mean', 'trust/gamma/mean'];
/** So many differing settings are shown at first. */
const MOST_SETTINGS = 6;

/** The table of a study. @throws SophiaError 'usage' where the filter cannot be read or names what is no column */
export function runTable(store: ReadStore, studyId: number, options: RunTableOptions = {}): RunTable {
  const { plan, name } = store.study(studyId);
  const order = new Map(plan.variants.map(({ name }, i) => [name, i]));
  const placeOf = (run: RunRow) => order.get(run.variant) ?? order.size;
  const runs = store.listRuns({ studyId }).sort((a, b) => placeOf(a) - placeOf(b) || a.seed - b.seed || a.id - b.id);
  const ids = runs.map(({ id }) => id);
  const settings = new Map(store.settingsOfRuns(ids).map((row) => [row.id, row.settings]));
  const evaluations = store.evaluations(ids);
  const charts = evaluations.length === 0 ? [] : accuracyCharts(studyWorld(plan.settings), evaluations);
  const metrics = store.metricNames(ids);
  const columns = distinct([
    ...RUN_COLUMNS,
    ...charts.flatMap(({ name, title }) => accuracyColumns(name, title)),
    ...settingColumns(differingPaths([...settings.values()].filter((own) => own.training !== undefined))),
    ...metrics.flatMap(metricColumns),
  ]);
  const usual = usualColumns(columns, metrics);
  const filter = boundFilter(options.filter ?? '', columns);
  const wanted = new Set([...(options.columns ?? usual), ...(options.also ?? []), ...filter.columns]);
  const asked = columns.filter(({ id }) => wanted.has(id));
  const readers = [
    runReader(),
    settingReader((id) => settings.get(id), false),
    accuracyReader(charts, evaluations),
    metricReader(store, ids, asked),
  ];
  const cells = asked.map((column) => ({ id: column.id, of: readers[PLACES[column.group]]?.(column) ?? (() => null) }));
  const rows = runs.map(
    (run): RunTableRow => ({
      ...{ id: run.id, name: run.name, variant: run.variant, seed: run.seed, state: run.state, tags: run.tags },
      values: Object.fromEntries(cells.map(({ id, of }) => [id, of(run)])),
    }),
  );
  const study = { name, variants: plan.variants, baseline: plan.baseline };
  const shown = rows.filter(filter.lets);
  if (options.asGiven !== true) return { study, columns, usual, total: runs.length, rows: shown };
  const byId = new Map(runs.map((run) => [run.id, run]));
  const given = asked
    .filter(({ group }) => group === 'setting')
    .map((column) => ({ id: column.id, of: settingReader((id) => settings.get(id), true)(column) }));
  const whole = shown.map((row): RunTableRow => {
    const run = byId.get(row.id);
    if (run === undefined) return row;
    return { ...row, values: { ...row.values, ...Object.fromEntries(given.map(({ id, of }) => [id, of(run)])) } };
  });
  return { study, columns, usual, total: runs.length, rows: whole };
}

/** Columns of different ids: a metric of another program's log that is called like a setting gives way to it. */
function distinct(columns: readonly RunColumn[]): RunColumn[] {
  const byId = new Map<string, RunColumn>();
  for (const column of columns) if (!byId.has(column.id)) byId.set(column.id, column);
  return [...byId.values()];
}

/** Which reader reads a group of columns. */
const PLACES: Readonly<Record<RunColumn['group'], number>> = { run: 0, setting: 1, accuracy: 2, metric: 3 };

/** Makes what reads a column's value of a run. */
type Reader = (column: RunColumn) => (run: RunRow) => CellValue;

function usualColumns(columns: readonly RunColumn[], metrics: readonly string[]): string[] {
  const differing = columns.filter(({ differs }) => differs).map(({ id }) => id);
  return [
    ...['run', 'variant', 'seed', 'state'],
    ...differing.slice(0, MOST_SETTINGS),
    ...columns.filter(({ group, id }) => group === 'accuracy' && !id.endsWith(':best')).map(({ id }) => id),
    ...USUAL_METRICS.filter((name) => metrics.includes(name)),
    ...['step', 'duration', 'tags'],
  ];
}

function runReader(): Reader {
  const values: Readonly<Record<(typeof RUN_COLUMNS)[number]['id'], (run: RunRow) => CellValue>> = {
    run: ({ name }) => name,
    variant: ({ variant }) => variant,
    seed: ({ seed }) => seed,
    state: ({ state }) => state,
    step: ({ step }) => step,
    duration: ({ seconds }) => seconds,
    started: ({ startedAt }) => startedAt,
    tags: ({ tags }) => tags,
  };
  return ({ id }) => values[id as keyof typeof values];
}

/** A setting that has no effect on a run is null, so that "trust = on" leaves out plain GRPO; as it was given where `asGiven`. */
const settingReader =
  (settingsOf: (runId: number) => Settings | undefined, asGiven: boolean): Reader =>
  ({ id }) =>
  (run) => {
    const settings = settingsOf(run.id);
    const value = valueAt(settings, id);
    if (value === undefined || settings === undefined) return null;
    if (!asGiven && settings.reward !== undefined && !isInEffect(settings, id)) return null;
    return Array.isArray(value) ? value.join(', ') : (value as CellValue);
  };

function accuracyReader(charts: readonly AccuracyChart[], evaluations: readonly EvaluationRow[]): Reader {
  const byRun = Map.groupBy(evaluations, ({ runId }) => runId);
  return ({ id }) => {
    const { name, reading } = curveOf(id);
    const chart = charts.find((chart) => `accuracy/${chart.name}` === name);
    return (run) => {
      if (chart === undefined) return null;
      const values = accuracyCurve(byRun.get(run.id) ?? [], run.id, chart).values.filter((value) => value !== null);
      return (reading === 'best' ? values.toSorted((a, b) => b - a)[0] : values.at(-1)) ?? null;
    };
  };
}

function metricReader(store: ReadStore, ids: readonly number[], asked: readonly RunColumn[]): Reader {
  const wanted = asked.filter(({ group }) => group === 'metric').map(({ id }) => curveOf(id));
  const named = (isBest: boolean) => [
    ...new Set(wanted.filter(({ reading }) => (reading === 'best') === isBest).map(({ name }) => name)),
  ];
  const keyOf = (runId: number, metric: string) => `${runId} ${metric}`;
  const figures = new Map(store.curveFigures(ids, named(false)).map((row) => [keyOf(row.runId, row.metric), row]));
  const ends = new Map(store.curveEnds(ids, named(true)).map((row) => [keyOf(row.runId, row.metric), row]));
  return ({ id }) => {
    const { name, reading } = curveOf(id);
    const isLess = ((METRICS as Record<string, MetricMeta>)[name]?.better ?? 'higher') === 'lower';
    return (run) => {
      const key = keyOf(run.id, name);
      if (reading === 'best') return ends.get(key)?.[isLess ? 'least' : 'most'] ?? null;
      return figures.get(key)?.[reading] ?? null;
    };
  };
}
