/**
 * The value that a picture's cell stands for in a chart: a bar's height on each of its cells and on the letter below it, a line's height on
 * its point and its letter. The warm-up names these beside what is drawn, since no later stage teaches the tower to look down a column.
 */
import type { Question } from '../../../shared/question.ts';
import { lineRow } from '../../tasks/scene/layout.ts';
import { GRID, sceneOf, UNITS_PER_CELL } from '../../tasks/scene/scene.ts';

/** Classes of cell values: 0 for a cell without one, else the value 1..9. */
export const CELL_VALUE_CLASSES = 10;

/** The 16 values of an embedded question's picture, row by row. */
export function cellValues(question: Question): number[] {
  const values = Array<number>(GRID * GRID).fill(0);
  const picture = sceneOf(question)!.picture;
  if (picture.kind === 'bars') {
    for (const bar of picture.bars) {
      const height = Math.ceil(bar.value / UNITS_PER_CELL);
      for (let up = 0; up <= height; up++) values[(GRID - 1 - up) * GRID + bar.column] = bar.value;
    }
  } else if (picture.kind === 'line') {
    for (const point of picture.points) {
      for (const row of [GRID - 1, lineRow(point.value)]) values[row * GRID + point.column] = point.value;
    }
  }
  return values;
}
