/**
 * A study's results as a table free of any format: variants x benchmarks and the average of each split; mean and std over seeds,
 * the best, the difference to a baseline variant paired by seed and question, and what a reader must know. Shares from 0 to 1.
 */
import type { Study } from '../../../shared/study.ts';
import { type PairedDifferences, pairedInterval, REPETITIONS } from '../statistics/paired-bootstrap.ts';
import { holm, signFlipP } from '../statistics/sign-flip.ts';
import { ENOUGH_SEEDS, summarize } from '../statistics/summary.ts';
import type { SeedScores, StudyScores } from './study-scores.ts';

/** A column: one benchmark, or the average over a split's benchmarks. */
export interface TableColumn {
  readonly key: string;
  readonly title: string;
  readonly split: string; // 'test', 'hard' or '' where the name tells none
  readonly benchmarks: readonly string[];
}

/** A variant's result in one column. Null: could not be had. */
export interface TableCell {
  readonly mean: number | null;
  readonly std: number | null;
  readonly n: number; // seeds
  readonly best: boolean;
  readonly unfinished: boolean;
  /** Against the baseline; null for the baseline itself and where nothing can be paired. */
  readonly versus: {
    readonly difference: number;
    readonly low: number;
    readonly high: number;
    readonly n: number;
    readonly p: number | null;
  } | null;
}

/** One variant. */
export interface TableRow {
  readonly variant: string;
  readonly title: string;
  readonly isBaseline: boolean;
  readonly cells: readonly TableCell[];
}

/** The whole table. `notes` are full sentences for its foot. */
export interface ResultsTable {
  readonly study: string;
  readonly studyHash: string;
  readonly mode: 'greedy' | 'sampled';
  readonly baseline: { readonly variant: string; readonly title: string };
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly notes: readonly string[];
}

/** How to make it. */
export interface TableOptions {
  readonly repetitions?: number;
  readonly holm?: boolean; // p corrected over the variants of each column
}

interface Arm {
  readonly seeds: readonly SeedScores[];
  readonly planned: number;
}

/** Builds the table from what was measured; pure, so equal scores give an equal table. */
export function resultsTable(
  plan: Study,
  scores: StudyScores,
  baseline: string,
  options: TableOptions = {},
): ResultsTable {
  const columns = tableColumns(scores.benchmarks);
  const arms = new Map<string, Arm>(
    plan.variants.map(({ name }) => [
      name,
      { seeds: scores.seeds.filter((one) => one.variant === name), planned: plan.seeds.length },
    ]),
  );
  const base = arms.get(baseline)!;
  const raw = plan.variants.map((variant) =>
    columns.map((column) => measure(arms.get(variant.name)!, column, variant.name === baseline ? null : base, options)),
  );
  const rows = plan.variants.map(
    (variant, r): TableRow => ({
      variant: variant.name,
      title: variant.title,
      isBaseline: variant.name === baseline,
      cells: raw[r]!.map((cell, c) => ({
        ...cell,
        best: isBest(
          cell,
          raw.map((row) => row[c]!),
        ),
      })),
    }),
  );
  const table: ResultsTable = {
    study: scores.study,
    studyHash: scores.studyHash,
    mode: scores.mode,
    baseline: { variant: baseline, title: plan.variants.find((one) => one.name === baseline)!.title },
    columns,
    rows: options.holm === true ? withHolm(rows) : rows,
    notes: [],
  };
  return { ...table, notes: notesOf(table, scores, options) };
}

/** Benchmarks split by split, each split of two or more followed by its average. */
export function tableColumns(benchmarks: readonly string[]): TableColumn[] {
  const splitOf = (name: string): string => /[-_/.](test|hard)$/.exec(name)?.[1] ?? '';
  const splits = [...new Set(benchmarks.map(splitOf))].sort((a, b) => order(a) - order(b));
  return splits.flatMap((split): TableColumn[] => {
    const names = benchmarks.filter((name) => splitOf(name) === split);
    const single = names.map((name): TableColumn => ({ key: name, title: name, split, benchmarks: [name] }));
    if (names.length < 2) return single;
    const title = split === '' ? 'average' : `${split} average`;
    return [...single, { key: title.replace(' ', '-'), title, split, benchmarks: names }];
  });
}

const order = (split: string): number => ['test', 'hard', ''].indexOf(split);

function measure(arm: Arm, column: TableColumn, base: Arm | null, options: TableOptions): TableCell {
  const values = arm.seeds.flatMap((seed) => columnValue(seed, column) ?? []);
  const done = arm.seeds.filter((seed) => seed.finished && columnValue(seed, column) !== null).length;
  const versus = base === null ? null : compare(arm, base, column, options);
  return { ...summarize(values), best: false, unfinished: done < arm.planned, versus };
}

/** Mean of the column's benchmarks, or null when one is missing. */
function columnValue(seed: SeedScores, column: TableColumn): number | null {
  let sum = 0;
  for (const name of column.benchmarks) {
    const result = seed.results.get(name);
    if (result === undefined || result.scores.size === 0) return null;
    sum += result.mean;
  }
  return sum / column.benchmarks.length;
}

function compare(arm: Arm, base: Arm, column: TableColumn, options: TableOptions): TableCell['versus'] {
  const pairs = arm.seeds.flatMap((a) => {
    const b = base.seeds.find((one) => one.seed === a.seed);
    return b === undefined || columnValue(a, column) === null || columnValue(b, column) === null ? [] : [{ a, b }];
  });
  const paired = column.benchmarks.map((name) => pairQuestions(name, pairs));
  const interval = paired.includes(null)
    ? null
    : pairedInterval(paired as PairedDifferences[], { repetitions: options.repetitions });
  if (interval === null) return null;
  const perSeed = pairs.map((_, s) => average(paired.map((one) => average(one!.differences[s]!))));
  return { ...interval, n: pairs.length, p: signFlipP(perSeed) };
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Differences on the questions that all pairs share; null when the lists are not the same benchmark or share none. */
function pairQuestions(
  name: string,
  pairs: readonly { readonly a: SeedScores; readonly b: SeedScores }[],
): PairedDifferences | null {
  const sides = pairs.flatMap(({ a, b }) => [a.results.get(name)!, b.results.get(name)!]);
  if (sides.length === 0 || new Set(sides.map((side) => side.hash)).size > 1) return null;
  const questions = [...sides[0]!.scores.keys()].filter((id) => sides.every((side) => side.scores.has(id)));
  if (questions.length === 0) return null;
  const row = (a: SeedScores, b: SeedScores) =>
    questions.map((id) => a.results.get(name)!.scores.get(id)! - b.results.get(name)!.scores.get(id)!);
  return { name, differences: pairs.map(({ a, b }) => row(a, b)) };
}

/** Best of its column as printed (ties are all best); an unfinished cell only where every cell is. */
function isBest(cell: TableCell, column: readonly TableCell[]): boolean {
  const finished = column.filter((one) => !one.unfinished && one.mean !== null);
  const field = finished.length > 0 ? finished : column.filter((one) => one.mean !== null);
  if (field.length < 2 || !field.includes(cell)) return false;
  const shown = (one: TableCell) => Math.round(one.mean! * 1000);
  return shown(cell) === Math.max(...field.map(shown));
}

function withHolm(rows: readonly TableRow[]): TableRow[] {
  const columns = rows[0]?.cells.length ?? 0;
  const corrected = Array.from({ length: columns }, (_, c) => holm(rows.map((row) => row.cells[c]!.versus?.p ?? null)));
  return rows.map((row, r) => ({
    ...row,
    cells: row.cells.map((cell, c) =>
      cell.versus === null ? cell : { ...cell, versus: { ...cell.versus, p: corrected[c]![r]! } },
    ),
  }));
}

function notesOf(table: ResultsTable, scores: StudyScores, options: TableOptions): string[] {
  const what =
    table.mode === 'greedy'
      ? 'Accuracy in percent, greedy decoding'
      : 'Mean outcome reward x 100, one sample per question at temperature 1';
  const counts = [
    ...new Set(table.rows.flatMap((row) => row.cells.filter((cell) => cell.mean !== null).map((cell) => cell.n))),
  ].sort((a, b) => a - b);
  const n =
    counts.length === 0 ? 'no seed yet' : `n = ${counts.length === 1 ? counts[0] : `${counts[0]} to ${counts.at(-1)}`}`;
  const cells = table.rows.flatMap((row) => row.cells);
  const notes = [`${what}; mean ± standard deviation over seeds (${n}); best in bold.`];
  if (cells.some((cell) => cell.versus !== null))
    notes.push(
      `Differences are to ${table.baseline.title}, paired by seed and question: 95 % bootstrap interval over seeds and questions ` +
        `(${options.repetitions ?? REPETITIONS} draws), p by sign flips over seeds${options.holm === true ? ', Holm-corrected per column' : ''}; * where the interval excludes 0.`,
    );
  if (counts.some((count) => count < ENOUGH_SEEDS))
    notes.push(`Fewer than ${ENOUGH_SEEDS} seeds: too few to tell a variant's effect from chance between runs.`);
  if (cells.some((cell) => cell.unfinished))
    notes.push('† Not finished: a planned run is missing or has not reached its last step.');
  notes.push(...scores.notes, `Study ${table.study}, hash ${table.studyHash.slice(0, 16)}.`);
  return notes;
}
