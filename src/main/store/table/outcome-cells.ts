/**
 * The outcome reward beside accuracy: of the same answers of the same runs, under its own name. Nothing is compared by it here; ask for a table of
 * the score "outcome" for its differences.
 */
import { EVALUATION_SCORES } from '../../../shared/kinds/evaluation-mode.ts';
import { summarize } from '../statistics/summary.ts';
import type { ResultsTable } from './results-table.ts';
import type { SeedScores } from './study-scores.ts';
import type { MeanAndSpread } from './table-cells.ts';

/** What stands over it in every format. */
export const OUTCOME_HEAD = EVALUATION_SCORES.outcome.note;

/** Mean outcome reward of some runs over a column's benchmarks, from 0 to 1; null where a run's was not recorded. */
export function outcomeCell(
  seeds: readonly SeedScores[],
  benchmarks: readonly string[],
  halfOf: (summary: ReturnType<typeof summarize>) => number | null,
): MeanAndSpread | null {
  const means = seeds.map((seed) => {
    const own = benchmarks.map((name) => seed.results.get(name)?.outcome ?? null);
    return own.some((value) => value === null)
      ? null
      : own.reduce<number>((sum, value) => sum + (value ?? 0), 0) / own.length;
  });
  const known = means.filter((mean) => mean !== null);
  if (known.length < means.length || known.length === 0) return null;
  const summary = summarize(known);
  return summary.mean === null ? null : { mean: summary.mean, half: halfOf(summary) };
}

/** Rows of a table's outcome rewards, one for each variant; none where no cell has any. */
export function outcomeRows({ rows }: ResultsTable): { title: string; cells: (MeanAndSpread | null)[] }[] {
  const all = rows.map(({ title, cells }) => ({ title, cells: cells.map((cell) => cell.outcome) }));
  return all.some(({ cells }) => cells.some((cell) => cell !== null)) ? all : [];
}
