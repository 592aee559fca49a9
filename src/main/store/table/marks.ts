/** What a results table marks: in bold what cannot be told from the best, with a star differences that its study declared (study/contrasts.ts). */
import { ENOUGH_SEEDS } from '../../../shared/study/study.ts';
import { holm } from '../statistics/sign-flip.ts';
import { type Contrast, type ContrastOptions, contrast } from './contrast.ts';
import { excludesZero } from './formats/number-text.ts';
import type { Arm, TableCell, TableColumn } from './table-cells.ts';

/**
 * Rows whose variant cannot be told from the best of a column: the best itself, and all whose difference to it has 0 in its interval. None with one
 * seed, where nothing can be told; unfinished ones only where every one is.
 */
export function likeTheBest(
  arms: readonly (Arm | undefined)[],
  cells: readonly (TableCell | undefined)[],
  column: TableColumn,
  options: ContrastOptions,
): Set<number> {
  const known = cells.flatMap((cell, row) =>
    cell?.mean == null || cell.n < 2 ? [] : [{ row, cell, mean: cell.mean }],
  );
  const finished = known.filter(({ cell }) => !cell.unfinished);
  const field = finished.length > 0 ? finished : known;
  const [first] = [...field].sort((a, b) => b.mean - a.mean);
  if (field.length < 2 || first === undefined) return new Set();
  const leader = arms[first.row]?.seeds ?? [];
  const like = field.filter(({ row }) => {
    if (row === first.row) return true;
    const gap = contrast(
      [
        { seeds: leader, weight: 1 },
        { seeds: arms[row]?.seeds ?? [], weight: -1 },
      ],
      column.benchmarks,
      options,
    );
    return gap !== null && gap.low <= 0 && gap.high >= 0;
  });
  return new Set(like.map(({ row }) => row));
}

/** Columns that the table is made to tell something by: the average of each split, or its only benchmark. The others describe. */
export function tellingColumns(columns: readonly TableColumn[]): number[] {
  const averaged = new Set(columns.filter(({ benchmarks }) => benchmarks.length > 1).map(({ split }) => split));
  return columns.flatMap((column, c) => (column.benchmarks.length > 1 || !averaged.has(column.split) ? [c] : []));
}

/** A declared difference in one column. */
export interface ToldDifference {
  readonly arm: string;
  readonly against: string;
  readonly column: number;
  readonly versus: Contrast | null;
}

/**
 * Which of the declared differences are marked (true at their places): Holm's correction over all of them, each with seeds enough. Under the
 * bootstrap, which has no p of its own, those whose interval excludes 0.
 */
export function markedDifferences(family: readonly ToldDifference[]): boolean[] {
  const enough = family.map(({ versus }) => (versus !== null && versus.n >= ENOUGH_SEEDS ? versus : null));
  const corrected = holm(enough.map((versus) => versus?.pInterval ?? null));
  return enough.map((versus, i) => {
    const p = corrected[i];
    return versus !== null && excludesZero(versus) && (p == null || p < MARK_BELOW);
  });
}

/** Family-wise error of all marks of a table. */
const MARK_BELOW = 0.05;
