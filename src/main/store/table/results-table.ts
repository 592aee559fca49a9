/**
 * A study's results as a table free of any format: variants x benchmarks and the average of each split; mean and std over seeds,
 * the best, the difference to a baseline variant paired by seed and question, and what a reader must know. Shares from 0 to 1.
 */

import {
  EVALUATION_MODES,
  EVALUATION_SCORES,
  type EvaluationMode,
  type EvaluationScore,
} from '../../../shared/kinds/evaluation-mode.ts';
import type { IntervalRule } from '../../../shared/kinds/interval-rule.ts';
import { contrastWords, studyContrasts } from '../../../shared/study/contrasts.ts';
import { outcomesSayMore } from '../../../shared/study/outcome-figures.ts';
import { ENOUGH_SEEDS, type Study } from '../../../shared/study/study.ts';
import { variantTitles } from '../../../shared/text/distinct-labels.ts';
import { halfInterval95 } from '../../../shared/values/student-t.ts';
import { formOf } from '../../../shared/worlds/cue-forms.ts';
import { REPETITIONS } from '../statistics/paired-bootstrap.ts';
import { holm } from '../statistics/sign-flip.ts';
import { summarize } from '../statistics/summary.ts';
import { type Contrast, contrast, meanScore } from './contrast.ts';
import { declaredRows, likeTheBest } from './marks.ts';
import type { StudyScores } from './study-scores.ts';
import { type Arm, type DeclaredRow, outcomeCell, type TableCell, type TableColumn } from './table-cells.ts';

export type { DeclaredRow, TableCell, TableColumn } from './table-cells.ts';

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
  readonly mode: EvaluationMode;
  readonly score: EvaluationScore;
  readonly spread: Spread;
  readonly baseline: { readonly variant: string; readonly title: string };
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** The differences that the study declared, or the default ones: every variant against the study's baseline. */
  readonly contrasts: readonly DeclaredRow[];
  readonly notes: readonly string[];
}

/** What stands after ±: the standard deviation over seeds, or half the 95 % interval of their mean (Student's t). */
export const SPREADS = ['std', 'interval'] as const;
export type Spread = (typeof SPREADS)[number];

/** How to make it. */
export interface TableOptions {
  readonly interval?: IntervalRule | undefined; // default: crossed
  readonly repetitions?: number | undefined; // of the bootstrap
  readonly variants?: readonly string[] | undefined; // rows to show; default: all
  readonly spread?: Spread | undefined; // default: std
  readonly holm?: boolean | undefined; // p corrected over the variants of each column
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
      { seeds: scores.seeds.filter((seed) => seed.variant === name), planned: plan.seeds.length },
    ]),
  );
  const base = arms.get(baseline)!;
  const titles = new Map(variantTitles(plan.variants).map((title, i) => [plan.variants[i]!.name, title]));
  const shown = plan.variants.filter((variant) => options.variants?.includes(variant.name) ?? true);
  const how = { ...options, score: scores.score };
  const raw = shown.map((variant) =>
    columns.map((column) => measure(arms.get(variant.name)!, column, variant.name === baseline ? null : base, how)),
  );
  const best = columns.map((column, c) =>
    likeTheBest(
      shown.map(({ name }) => arms.get(name)),
      raw.map((row) => row[c]),
      column,
      options,
    ),
  );
  const contrasts = declaredRows(plan, arms, titles, columns, options).map((row) => ({
    ...row,
    isFurther:
      row.cells.some((cell) => cell !== null) &&
      !(row.against === baseline && shown.some((variant) => variant.name === row.arm)),
  }));
  /** Whether the difference of a cell is a declared one that is marked, either way round. */
  const isMarked = (variant: string, c: number) =>
    contrasts.some(
      ({ arm, against, cells }) =>
        (cells[c]?.marked ?? false) &&
        ((arm === variant && against === baseline) || (arm === baseline && against === variant)),
    );
  const rows = shown.map(
    (variant, r): TableRow => ({
      variant: variant.name,
      title: titles.get(variant.name) ?? variant.name,
      isBaseline: variant.name === baseline,
      cells: (raw[r] ?? []).map((cell, c) => ({
        ...cell,
        best: best[c]?.has(r) ?? false,
        marked: isMarked(variant.name, c),
      })),
    }),
  );
  const table: ResultsTable = {
    study: scores.study,
    studyHash: scores.studyHash,
    mode: scores.mode,
    score: scores.score,
    spread: options.spread ?? 'std',
    baseline: { variant: baseline, title: titles.get(baseline) ?? baseline },
    columns,
    rows: options.holm === true ? withHolm(rows) : rows,
    contrasts,
    notes: [],
  };
  return { ...table, notes: notesOf(table, plan, scores, options) };
}

/** Declared differences that the rows of the table do not show. */
export const furtherContrasts = ({ contrasts }: Pick<ResultsTable, 'contrasts'>): DeclaredRow[] =>
  contrasts.filter((row) => row.isFurther);

/** Benchmarks split by split, each split of two or more followed by its average; forms of the same pictures have none. */
export function tableColumns(benchmarks: readonly string[]): TableColumn[] {
  const splitOf = (name: string): string => /[-_/.](test|hard)$/.exec(name)?.[1] ?? '';
  const splits = [...new Set(benchmarks.map(splitOf))].sort((a, b) => order(a) - order(b));
  return splits.flatMap((split): TableColumn[] => {
    const names = benchmarks.filter((name) => splitOf(name) === split);
    const single = names.map((name): TableColumn => ({ key: name, title: name, split, benchmarks: [name] }));
    const averaged = names.filter((name) => formOf(name) === null);
    if (averaged.length < 2) return single;
    const title = split === '' ? 'average' : `${split} average`;
    return [...single, { key: title.replace(' ', '-'), title, split, benchmarks: averaged }];
  });
}

const order = (split: string): number => ['test', 'hard', ''].indexOf(split);

function measure(
  arm: Arm,
  column: TableColumn,
  base: Arm | null,
  options: TableOptions & Pick<StudyScores, 'score'>,
): TableCell {
  const finished = arm.seeds.filter((seed) => seed.finished && meanScore(seed, column.benchmarks) !== null);
  const done = finished.length;
  const shown = (done > 0 ? finished : arm.seeds).filter((seed) => meanScore(seed, column.benchmarks) !== null); // no mean of trained and half-trained
  const values = shown.flatMap((seed) => meanScore(seed, column.benchmarks) ?? []);
  const sides =
    base === null
      ? null
      : [
          { seeds: arm.seeds, weight: 1 },
          { seeds: base.seeds, weight: -1 },
        ];
  const versus = sides === null ? null : contrast(sides, column.benchmarks, options);
  const summary = summarize(values);
  const halfOf = ({ std, n }: typeof summary) =>
    std === null || options.spread !== 'interval' ? std : halfInterval95(std, n);
  const outcome = options.score === 'outcome' ? null : outcomeCell(shown, column.benchmarks, halfOf);
  return {
    ...summary,
    half: halfOf(summary),
    outcome,
    best: false,
    marked: false,
    unfinished: done < arm.planned,
    versus,
  };
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

/** What a table says where some of its figures are of fewer seeds than an effect can be told by. */
export const FEW_SEEDS = `Fewer than ${ENOUGH_SEEDS} seeds: too few to tell an effect from the variation between runs, so nothing is marked.`;

/** What the differences are, by which rule, and what a star means. */
function differencesNote(
  table: ResultsTable,
  plan: Study,
  differences: readonly Contrast[],
  options: TableOptions,
): string {
  const crossed = differences.some(({ components }) => components !== null);
  const interval = crossed
    ? '95 % interval with seeds and questions as crossed random effects (Satterthwaite)'
    : `95 % bootstrap interval over seeds and questions (${options.repetitions ?? REPETITIONS} draws)`;
  const p = differences.some((difference) => difference.p !== null)
    ? `, p by sign flips over seeds${options.holm === true ? ', Holm-corrected per column' : ''}`
    : '';
  const family =
    plan.contrasts === undefined
      ? `every variant against ${plan.baseline}, as the study declares no contrasts`
      : `the declared contrasts (${studyContrasts(plan).map(contrastWords).join(', ')})`;
  const star = `* where it excludes 0${crossed ? ' after Holm’s correction over' : ', on'} the averages of ${family}`;
  return `Differences are to ${table.baseline.title}, paired by seed and question: ${interval}${p}; ${star}; all other differences are descriptive.`;
}

function notesOf(table: ResultsTable, plan: Study, scores: StudyScores, options: TableOptions): string[] {
  const what = `${EVALUATION_SCORES[table.score].note}; ${EVALUATION_MODES[table.mode].note}`;
  const counts = [
    ...new Set(table.rows.flatMap((row) => row.cells.filter((cell) => cell.mean !== null).map((cell) => cell.n))),
  ].sort((a, b) => a - b);
  const n =
    counts.length === 0 ? 'no seed yet' : `n = ${counts.length === 1 ? counts[0] : `${counts[0]} to ${counts.at(-1)}`}`;
  const cells = table.rows.flatMap((row) => row.cells);
  const spread =
    table.spread === 'std'
      ? 'standard deviation over seeds'
      : "half the 95 % interval of the mean over seeds, Student's t";
  const notes = [`${what}; mean ± ${spread} (${n}); bold: not distinguishable from the best.`];
  const differences = [
    ...cells.flatMap((cell) => cell.versus ?? []),
    ...furtherContrasts(table).flatMap((row) => row.cells.flatMap((cell) => cell ?? [])),
  ];
  if (differences.length > 0) notes.push(differencesNote(table, plan, differences, options));
  if (counts.some((count) => count < ENOUGH_SEEDS)) notes.push(FEW_SEEDS);
  if (cells.some((cell) => cell.unfinished))
    notes.push(
      '† Unfinished: a planned run is missing or has not reached its last step. Shown are the finished runs, or the newest evaluations if there are none.',
    );
  const isSame = cells.some(({ outcome }) => outcome !== null) && !outcomesSayMore(table.rows);
  if (isSame) notes.push(`${EVALUATION_SCORES.outcome.note}: the same as the accuracy in every cell.`);
  notes.push(...scores.notes, `Study ${table.study}, hash ${table.studyHash.slice(0, 16)}.`);
  return notes;
}
