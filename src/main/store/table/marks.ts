/** What a results table marks: in bold what cannot be told from the best, with a star differences that its study declared (study/contrasts.ts). */

import { contrastWords, studyContrasts } from '../../../shared/study/contrasts.ts';
import { ENOUGH_SEEDS, type Study } from '../../../shared/study/study.ts';
import { formOf, TELLING_FORM } from '../../../shared/worlds/cue-forms.ts';
import { holm } from '../statistics/sign-flip.ts';
import { type Contrast, type ContrastOptions, contrast } from './contrast.ts';
import { excludesZero } from './formats/number-text.ts';
import type { Arm, DeclaredRow, TableCell, TableColumn } from './table-cells.ts';

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

/**
 * Columns that the table is made to tell something by: the average of each split, or its only benchmark; of pictures in several forms, those with
 * a wrong cue, which alone tell sight of the picture from sight of the cue. The others describe.
 */
export function tellingColumns(columns: readonly TableColumn[]): number[] {
  const averaged = new Set(columns.filter(({ benchmarks }) => benchmarks.length > 1).map(({ split }) => split));
  const tells = ({ key, split, benchmarks }: TableColumn) => {
    const form = formOf(key);
    return form === null ? benchmarks.length > 1 || !averaged.has(split) : form === TELLING_FORM;
  };
  return columns.flatMap((column, c) => (tells(column) ? [c] : []));
}

/** Every declared difference in every column, marked in those that the table tells by. */
export function declaredRows(
  plan: Study,
  arms: ReadonlyMap<string, Arm>,
  titles: ReadonlyMap<string, string>,
  columns: readonly TableColumn[],
  options: ContrastOptions,
): Omit<DeclaredRow, 'isFurther'>[] {
  const declared = studyContrasts(plan).map((pair) => {
    const sides = [
      { seeds: arms.get(pair.arm)?.seeds ?? [], weight: 1 },
      { seeds: arms.get(pair.against)?.seeds ?? [], weight: -1 },
    ];
    return { ...pair, cells: columns.map(({ benchmarks }) => contrast(sides, benchmarks, options)) };
  });
  const told = tellingColumns(columns);
  const family = declared.flatMap(({ cells }) => told.flatMap((column) => cells[column] ?? []));
  const marks = markedDifferences(family);
  const marked = new Set(family.filter((_, i) => marks[i]));
  const titleOf = (name: string) => titles.get(name) ?? name;
  return declared.map(({ arm, against, cells }) => ({
    arm,
    against,
    title: contrastWords({ arm: titleOf(arm), against: titleOf(against) }),
    cells: cells.map((cell) => (cell === null ? null : { ...cell, marked: marked.has(cell) })),
  }));
}

/**
 * Which differences of a family are marked (true at their places): Holm's correction over all of them, each with seeds enough. Under the bootstrap,
 * which has no p of its own, those whose interval excludes 0.
 */
export function markedDifferences(family: readonly Contrast[]): boolean[] {
  const corrected = correctedP(family);
  return family.map((versus, i) => {
    const p = corrected[i];
    return excludesZero(versus) && (p == null || p < MARK_BELOW);
  });
}

/** Holm's p of a family of differences, in order; null where the seeds are too few, which do not count, and under the bootstrap. */
export function correctedP(family: readonly Pick<Contrast, 'n' | 'pInterval'>[]): (number | null)[] {
  return holm(family.map(({ n, pInterval }) => (n < ENOUGH_SEEDS ? null : pInterval)));
}

/** Family-wise error of all marks of a table. */
export const MARK_BELOW = 0.05;
