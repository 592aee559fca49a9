/**
 * The table of a study's runs, or of all runs of the home: every column that can be asked for, and the runs that a filter lets through with the
 * values of the asked ones. A few statements in all (runs, settings, metric names, curves, evaluations), whatever the number of runs and columns.
 */

import { METRICS, type MetricMeta } from '../../../shared/run/metrics.ts';
import {
  type CellValue,
  curveOf,
  metricColumns,
  RUN_COLUMNS,
  type RunColumn,
  type RunTableRow,
  STUDY_COLUMN,
  settingColumns,
} from '../../../shared/run-table/column.ts';
import { boundFilter } from '../../../shared/run-table/filter/apply.ts';
import { valueAt } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { isInEffect } from '../../../shared/study/same-arms.ts';
import { holdsWords } from '../../../shared/text/holds-words.ts';
import type { RunRow } from '../rows.ts';
import type { ReadStore } from '../store.ts';
import { heldOut } from './held-out.ts';
import { runsOfAll, runsOfStudy, type TableRuns } from './table-runs.ts';

/** What is wanted of the table. */
export interface RunTableOptions {
  /** Ids of columns; default: the usual ones. Those that the study does not have are left out. */
  readonly columns?: readonly string[] | undefined;
  /** Further ones, whose values something beside the table needs. */
  readonly also?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  /** Only runs that hold all of these words: in name, study, variant, state, tags, notes. */
  readonly find?: string | undefined;
  /** Settings that have no effect on a run with the values that they were given, instead of null: for a fit, which needs every value. */
  readonly asGiven?: boolean;
}

/** The table. */
export interface RunTable {
  /** Null: of all runs. */
  readonly study: TableRuns['study'];
  /** Every column that can be asked for. */
  readonly columns: readonly RunColumn[];
  /** Ids of the columns that are shown where nothing else is asked for. */
  readonly usual: readonly string[];
  /** Runs before any filter. */
  readonly total: number;
  /** What figures of accuracy are shares of, in words; rows name them by place. */
  readonly questionSets: readonly string[];
  readonly rows: readonly RunTableRow[];
}

/** Metrics that are shown unless others are asked for. */
const USUAL_METRICS = ['rewards/outcome/mean', 'thinking/rubric/mean', 'trust/gamma/mean'];
/** So many differing settings are shown at first. */
const MOST_SETTINGS = 6;

/** The table of a study, or of all runs (null). @throws SophiaError 'usage' where the filter cannot be read or names what is no column */
export function runTable(store: ReadStore, studyId: number | null, options: RunTableOptions = {}): RunTable {
  const { study, runs, worldOf, titleOf, differing, settings } =
    studyId === null ? runsOfAll(store) : runsOfStudy(store, studyId);
  const ids = runs.map(({ id }) => id);
  const metrics = store.metricNames(ids);
  const held = heldOut(store, runs, worldOf, studyId === null);
  const columns = distinct([
    ...RUN_COLUMNS.flatMap((column): RunColumn[] =>
      column.id === 'variant' && studyId === null ? [STUDY_COLUMN, column] : [column],
    ),
    ...held.columns,
    ...settingColumns(differing()),
    ...metrics.flatMap(metricColumns),
  ]);
  const usual = studyId === null ? usualOfAll(columns, metrics) : usualOfStudy(columns, metrics);
  const filter = boundFilter(options.filter ?? '', columns);
  const wanted = new Set([...(options.columns ?? usual), ...(options.also ?? []), ...filter.columns]);
  const asked = columns.filter(({ id }) => wanted.has(id));
  const ofGroup = (group: RunColumn['group']) => asked.filter((column) => column.group === group);
  const accuracy = held.read(ofGroup('accuracy').map(({ id }) => id));
  const settingsOf = ofGroup('setting').length === 0 ? () => undefined : settings();
  const readers: Readonly<Record<RunColumn['group'], Reader>> = {
    run: runReader(),
    setting: settingReader(settingsOf, false),
    accuracy: ({ id }) => accuracy.reader(id),
    metric: metricReader(store, ids, ofGroup('metric')),
  };
  const cells = asked.map((column) => ({ id: column.id, of: readers[column.group](column) }));
  const words = options.find ?? '';
  const shown = runs.flatMap((run): { readonly run: RunRow; readonly row: RunTableRow }[] => {
    const title = titleOf(run);
    if (words !== '' && !holdsWords(searched(run, title), words)) return [];
    const row = {
      ...{ id: run.id, name: run.name, studyId: run.studyId, study: run.study, variant: run.variant, title },
      ...{ seed: run.seed, state: run.state, tags: run.tags, sets: accuracy.setsOf(run) },
      values: Object.fromEntries(cells.map(({ id, of }) => [id, of(run)])),
      ...(run.reason !== null && { reason: run.reason }),
      ...(run.damage !== null && { damage: run.damage }),
    };
    return filter.lets(row) ? [{ run, row }] : [];
  });
  const table = { study, columns, usual, total: runs.length, questionSets: accuracy.sets };
  if (options.asGiven !== true) return { ...table, rows: shown.map(({ row }) => row) };
  const given = ofGroup('setting').map((column) => ({ id: column.id, of: settingReader(settingsOf, true)(column) }));
  const whole = shown.map(({ run, row }): RunTableRow => {
    const values = Object.fromEntries(given.map(({ id, of }) => [id, of(run)]));
    return { ...row, values: { ...row.values, ...values } };
  });
  return { ...table, rows: whole };
}

/** What words are looked for in. */
const searched = (run: RunRow, title: string): string =>
  `${run.name} ${run.study} ${run.variant} ${title} seed ${run.seed} ${run.state} ${run.tags.join(' ')} ${run.notes}`;

/** Columns of different ids: a metric of another program's log that is called like a setting gives way to it. */
function distinct(columns: readonly RunColumn[]): RunColumn[] {
  const byId = new Map<string, RunColumn>();
  for (const column of columns) if (!byId.has(column.id)) byId.set(column.id, column);
  return [...byId.values()];
}

/** Makes what reads a column's value of a run. */
type Reader = (column: RunColumn) => (run: RunRow) => CellValue;

function usualOfStudy(columns: readonly RunColumn[], metrics: readonly string[]): string[] {
  const differing = columns.filter(({ differs }) => differs).map(({ id }) => id);
  const isShown = ({ group, kind, id }: RunColumn) =>
    group === 'accuracy' && kind === 'number' && !id.endsWith(':best');
  return [
    ...['run', 'variant', 'seed', 'state'],
    ...differing.slice(0, MOST_SETTINGS),
    ...columns.filter(isShown).map(({ id }) => id),
    ...USUAL_METRICS.filter((name) => metrics.includes(name)),
    ...['step', 'duration', 'tags'],
  ];
}

/** Runs of many studies differ in most settings: none of them is usual. Accuracy is in sight in narrow windows too. */
function usualOfAll(columns: readonly RunColumn[], metrics: readonly string[]): string[] {
  const shown = ['run', 'study', 'variant', 'seed', 'accuracy', 'state', 'heldout'];
  return [
    ...shown.filter((id) => columns.some((column) => column.id === id)),
    ...USUAL_METRICS.filter((name) => metrics.includes(name)),
    ...['step', 'duration', 'updated', 'tags'],
  ];
}

type RunFact = (typeof RUN_COLUMNS)[number]['id'] | typeof STUDY_COLUMN.id;

function runReader(): Reader {
  const values: Readonly<Record<RunFact, (run: RunRow) => CellValue>> = {
    run: ({ name }) => name,
    study: ({ study }) => study,
    variant: ({ variant }) => variant,
    seed: ({ seed }) => seed,
    state: ({ state }) => state,
    step: ({ step }) => step,
    duration: ({ seconds }) => seconds,
    started: ({ startedAt }) => startedAt,
    updated: ({ updatedAt, createdAt }) => updatedAt ?? createdAt,
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

function metricReader(store: ReadStore, ids: readonly number[], asked: readonly RunColumn[]): Reader {
  const wanted = asked.map(({ id }) => curveOf(id));
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
