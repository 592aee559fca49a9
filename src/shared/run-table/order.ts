/** Runs in the order of a column, and runs in groups with what each group comes to. */
import { groupBy } from '../values/group-by.ts';
import { meanOf, stdOf } from '../values/means.ts';
import { halfInterval95 } from '../values/student-t.ts';
import type { CellValue, RunColumn, RunTableRow } from './column.ts';
import { textOf } from './filter/apply.ts';

/** Which column, and whether its largest value comes first. */
export interface Sorting {
  readonly column: string;
  readonly isDown: boolean;
}

/** Reads "-accuracy/test" and the like; null of an empty text. */
export function sortingOf(text: string): Sorting | null {
  return text === '' ? null : { column: text.replace(/^-/, ''), isDown: text.startsWith('-') };
}

/** Compares values of one column; what is missing comes last either way. */
export function compareValues(a: CellValue, b: CellValue, isDown: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : textOf(a).localeCompare(textOf(b), 'en', { numeric: true });
  return isDown ? -order : order;
}

/** The rows in that order, equal ones as they were; in their own order where nothing sorts. */
export function sortedRows<R extends Pick<RunTableRow, 'values'>>(rows: readonly R[], sorting: Sorting | null): R[] {
  if (sorting === null) return [...rows];
  const { column, isDown } = sorting;
  return [...rows].sort((a, b) => compareValues(a.values[column] ?? null, b.values[column] ?? null, isDown));
}

/** A group's figure of a column of numbers: mean over its runs that have a value, half the 95 % interval (Student's t; null with one run). */
export interface GroupFigure {
  readonly mean: number;
  readonly half: number | null;
  readonly n: number;
}

/** Runs that agree in a column. */
export interface RunGroup<R> {
  readonly value: CellValue;
  readonly rows: readonly R[];
  /** By column id; columns of texts, and those without any value, have none. */
  readonly figures: Readonly<Record<string, GroupFigure>>;
  /** Columns of accuracy whose figures are shares of different questions, which have no mean: on how many sets of them. */
  readonly mixed: Readonly<Record<string, number>>;
}

/** What groups are made of. */
type Grouped = Pick<RunTableRow, 'values'> & Partial<Pick<RunTableRow, 'sets'>>;

/** The rows by their value in a column, groups in the order of the same sorting: by their mean where numbers are sorted, else by their value. */
export function groupedRows<R extends Grouped>(
  rows: readonly R[],
  by: string,
  columns: readonly RunColumn[],
  sorting: Sorting | null,
): RunGroup<R>[] {
  const groups = [...groupBy(sortedRows(rows, sorting), (row) => JSON.stringify(row.values[by] ?? null))].map(
    ([key, own]): RunGroup<R> => {
      const mixed = mixedSets(own, columns);
      const figures = figuresOf(
        own,
        columns.filter(({ id }) => mixed[id] === undefined),
      );
      return { value: JSON.parse(key) as CellValue, rows: own, figures, mixed };
    },
  );
  if (sorting === null) return groups;
  const { column, isDown } = sorting;
  const placeOf = ({ value, figures }: RunGroup<R>): CellValue =>
    column === by ? value : (figures[column]?.mean ?? null);
  const isKnown = groups.some((group) => placeOf(group) !== null);
  return isKnown ? groups.sort((a, b) => compareValues(placeOf(a), placeOf(b), isDown)) : groups;
}

/** Columns of accuracy in which the rows' figures stand on different sets of questions, with the number of sets. */
export function mixedSets(rows: readonly Grouped[], columns: readonly RunColumn[]): Record<string, number> {
  const mixed: Record<string, number> = {};
  for (const { id, kind, group } of columns) {
    if (kind !== 'number' || group !== 'accuracy') continue;
    const sets = new Set(rows.flatMap(({ sets }) => sets?.[id] ?? []));
    if (sets.size > 1) mixed[id] = sets.size;
  }
  return mixed;
}

function figuresOf(rows: readonly Pick<RunTableRow, 'values'>[], columns: readonly RunColumn[]) {
  const figures: Record<string, GroupFigure> = {};
  for (const { id, kind } of columns) {
    if (kind !== 'number') continue;
    const values = rows.flatMap(({ values }) => (typeof values[id] === 'number' ? [values[id]] : []));
    const mean = meanOf(values);
    const std = stdOf(values);
    if (mean !== null)
      figures[id] = { mean, half: std === null ? null : halfInterval95(std, values.length), n: values.length };
  }
  return figures;
}
