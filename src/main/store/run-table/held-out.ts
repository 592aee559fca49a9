/**
 * Accuracy on held-out questions in a table of runs. Each study has its own charts (shared/study/accuracy-curves.ts), so a run's figure is
 * read by those of its study, and says which questions it is a share of: figures of different questions stand in one column, but are never one mean.
 */
import {
  accuracyColumns,
  type CellValue,
  curveOf,
  HELD_OUT_COLUMNS,
  type RunColumn,
} from '../../../shared/run-table/column.ts';
import { type AccuracyChart, accuracyCharts, accuracyCurve, ofChart } from '../../../shared/study/accuracy-curves.ts';
import { type QuestionSet, questionSet, setWords } from '../../../shared/study/question-sets.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import type { EvaluationRow, RunRow } from '../rows.ts';
import type { ReadStore } from '../store.ts';

type Run = Pick<RunRow, 'id' | 'studyId'>;

/** A figure: a share from 0 to 1, and the questions that it is a share of. */
interface Figure {
  readonly value: number;
  readonly set: QuestionSet;
}

/** What of a table's columns is accuracy. */
export interface HeldOut {
  readonly columns: readonly RunColumn[];
  /** Reads the columns with these ids. */
  readonly read: (ids: readonly string[]) => HeldOutFigures;
}

/** The figures of some columns. */
export interface HeldOutFigures {
  /** Reads a column of accuracy, or which questions a run's own is a share of. */
  readonly reader: (column: string) => (run: Run) => CellValue;
  /** A run's columns with the place in `sets` of what they stand on. */
  readonly setsOf: (run: Run) => Readonly<Record<string, number>>;
  /** Sets of questions that figures stand on, in words. */
  readonly sets: readonly string[];
}

/**
 * Accuracy of runs of one study, or of many (`isOfAll`). One statement, one more for columns of bests, one more where a newest evaluation is not
 * whole: then the one before it stands, as in curves.
 */
export function heldOut(
  store: ReadStore,
  runs: readonly Run[],
  worldOf: (studyId: number) => WorldName,
  isOfAll: boolean,
): HeldOut {
  const newest = byRun(store.newestEvaluations(runs.map(({ id }) => id)));
  const evaluated = runs.filter(({ id }) => newest.has(id));
  const chartsOf = new Map(
    [...Map.groupBy(evaluated, ({ studyId }) => studyId)].map(([studyId, own]) => {
      const rows = own.flatMap(({ id }) => newest.get(id) ?? []);
      return [studyId, accuracyCharts(worldOf(studyId), rows)];
    }),
  );
  const charts = (run: Run) => chartsOf.get(run.studyId) ?? [];
  const columns = columnsOf([...chartsOf.values()], isOfAll);
  return {
    columns,
    read(ids) {
      const needed = [...new Set(ids.map((id) => (id === WHICH ? OWN : id)))];
      const bests = needed.filter((id) => curveOf(id).reading === 'best');
      const usual = needed.filter((id) => !bests.includes(id));
      const figures = new Map<string, Figure>();
      const read = (columns: readonly string[], from: readonly Run[], rows: ReturnType<typeof byRun>): void => {
        for (const run of from)
          for (const column of columns) {
            const found = figureOf(rows.get(run.id) ?? [], run, column, charts(run));
            if (found !== null) figures.set(placeOf(run, column), found);
          }
      };
      read(usual, evaluated, newest);
      const cut = usual.length === 0 ? [] : evaluated.filter((run) => isCutOff(newest.get(run.id) ?? [], charts(run)));
      const from = bests.length > 0 ? evaluated : cut;
      const whole = byRun(from.length === 0 ? [] : store.evaluations(from.map(({ id }) => id)));
      read(bests, evaluated, whole);
      read(usual, cut, whole);
      const sets = [...new Map([...figures.values()].map(({ set }) => [set.key, set])).values()];
      const words = setWords(sets);
      const places = new Map(sets.map(({ key }, i) => [key, i]));
      const setAt = (run: Run, column: string) => places.get(figures.get(placeOf(run, column))?.set.key ?? '');
      return {
        sets: words,
        reader: (column) =>
          column === WHICH
            ? (run) => words[setAt(run, OWN) ?? -1] ?? null
            : (run) => figures.get(placeOf(run, column))?.value ?? null,
        setsOf: (run) =>
          Object.fromEntries(
            needed.flatMap((column) => {
              const place = setAt(run, column);
              return place === undefined ? [] : [[column, place] as const];
            }),
          ),
      };
    },
  };
}

/** Columns that are of no chart: which questions, and a run's own accuracy on them. */
const WHICH = 'heldout' satisfies (typeof HELD_OUT_COLUMNS)[number]['id'];
const OWN = 'accuracy' satisfies (typeof HELD_OUT_COLUMNS)[number]['id'];

const placeOf = (run: Run, column: string): string => `${run.id} ${column}`;
const byRun = (rows: readonly EvaluationRow[]) => Map.groupBy(rows, ({ runId }) => runId);

/** The general columns where they are wanted, those of each chart, each once, and which questions the runs' own accuracy stands on. */
function columnsOf(charts: readonly (readonly AccuracyChart[])[], isOfAll: boolean): RunColumn[] {
  const byName = groupBy(charts.flat(), ({ name }) => name);
  if (byName.size === 0) return [];
  const [accuracy, best, questions] = HELD_OUT_COLUMNS;
  const titleOf = ([first, ...others]: readonly AccuracyChart[]): string =>
    first === undefined || others.some(({ title }) => title !== first.title)
      ? `Accuracy on ${first?.where}`
      : first.title;
  const own = [...byName].flatMap(([name, same]) => accuracyColumns(name, titleOf(same)));
  return isOfAll ? [accuracy, best, questions, ...own] : [...own, questions];
}

/** A column's figure of a run: of the chart that it names, or the first of its study that the run has a figure of. */
function figureOf(
  rows: readonly EvaluationRow[],
  run: Run,
  column: string,
  charts: readonly AccuracyChart[],
): Figure | null {
  const { name, reading } = curveOf(column);
  for (const chart of charts) {
    if (name !== OWN && name !== `accuracy/${chart.name}`) continue;
    const { steps, values } = accuracyCurve(rows, run.id, chart);
    const known = values.filter((value) => value !== null);
    const value = reading === 'best' ? known.toSorted((a, b) => b - a)[0] : known.at(-1);
    if (value === undefined) continue;
    const step = steps[values.lastIndexOf(value)];
    const asked = ofChart(rows, chart).filter((row) => row.step === step);
    return { value, set: questionSet(asked, chart) };
  }
  return null;
}

/** Whether the newest evaluations of a chart are of different steps, or not judged: an earlier step may have them all. */
function isCutOff(rows: readonly EvaluationRow[], charts: readonly AccuracyChart[]): boolean {
  return charts.some((chart) => {
    const own = ofChart(rows, chart);
    const isMissing = (row: EvaluationRow) => (chart.isExact ? row.exactAccuracy : row.accuracy) === null;
    return own.some((row) => row.step !== own[0]?.step || isMissing(row));
  });
}
