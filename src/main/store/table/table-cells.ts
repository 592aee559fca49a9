/** What a results table is made of: columns, cells, and the runs of a variant behind them. */
import { EVALUATION_SCORES } from '../../../shared/kinds/evaluation-mode.ts';
import { outcomesSayMore } from '../../../shared/study/outcome-figures.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { summarize } from '../statistics/summary.ts';
import type { Contrast } from './contrast.ts';
import type { SeedScores } from './study-scores.ts';

/** A column: one benchmark, or the average over a split's benchmarks. */
export interface TableColumn {
  readonly key: string;
  readonly title: string;
  readonly split: string; // 'test', 'hard' or '' where the name tells none
  readonly benchmarks: readonly string[];
}

/** A mean with what stands after ±. */
export interface MeanAndSpread {
  readonly mean: number;
  readonly half: number | null;
}

/** A variant's result in one column. Null: could not be had. */
export interface TableCell {
  readonly mean: number | null;
  readonly std: number | null;
  readonly half: number | null; // what stands after ±: the table's spread
  readonly n: number; // seeds
  /** Mean outcome reward of the same answers, over the same seeds; null where the table itself counts that, and where it was not recorded. */
  readonly outcome: MeanAndSpread | null;
  readonly best: boolean; // cannot be told from the best of its column
  readonly unfinished: boolean;
  /** The difference to the baseline excludes 0, seeds suffice, and it is one that the study declared (averages, Holm-corrected). */
  readonly marked: boolean;
  /** Against the baseline; null for the baseline itself and where nothing can be paired. */
  readonly versus: Contrast | null;
}

/** A difference that the study declared, in every column; null where nothing can be paired. */
export interface DeclaredRow {
  readonly arm: string;
  readonly against: string;
  readonly title: string; // "full (SophiaVL-R1) - GRPO"
  /** The variants' own rows do not show it: it is to another variant than the table's baseline, or of a hidden one. */
  readonly isFurther: boolean;
  readonly cells: readonly ((Contrast & { readonly marked: boolean }) | null)[];
}

/** The runs of a variant, and how many are planned. */
export interface Arm {
  readonly seeds: readonly SeedScores[];
  readonly planned: number;
}

/** What stands in every format over the outcome rewards beside accuracy; for differences in them, ask for a table of the score "outcome". */
export const OUTCOME_HEAD = EVALUATION_SCORES.outcome.note;

/** Mean outcome reward of some runs over a column's benchmarks, from 0 to 1; null where a run's was not recorded. */
export function outcomeCell(
  seeds: readonly SeedScores[],
  benchmarks: readonly string[],
  halfOf: (summary: ReturnType<typeof summarize>) => number | null,
): MeanAndSpread | null {
  const means = seeds.map((seed) => {
    const own = benchmarks.map((name) => seed.results.get(name)?.outcome ?? null);
    return own.includes(null) ? null : meanOf(own);
  });
  const known = means.filter((mean) => mean !== null);
  if (known.length < means.length || known.length === 0) return null;
  const summary = summarize(known);
  return summary.mean === null ? null : { mean: summary.mean, half: halfOf(summary) };
}

/** Rows of a table's outcome rewards, one for each variant; none where no cell has any, or where all are the accuracies once more. */
export function outcomeRows({
  rows,
}: {
  readonly rows: readonly { readonly title: string; readonly cells: readonly TableCell[] }[];
}): { title: string; cells: (MeanAndSpread | null)[] }[] {
  if (!outcomesSayMore(rows)) return [];
  return rows.map(({ title, cells }) => ({ title, cells: cells.map((cell) => cell.outcome) }));
}
