/**
 * A picture as 16 cells, row by row: what is drawn where, and each cell's label. The label is a function of the cell alone;
 * label and position together determine everything a program reads. Training the vision tower first to name cells
 * (cellLabels) is what lets the tiny model read print (design.md section 4).
 */

import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import { entryAt } from '../../../shared/values/list.ts';
import { THING_NAMES, type ThingName } from './knowledge.ts';
import type { Colour, Picture, Place, Shape } from './scene.ts';
import { COLOURS, GRID, PIE_COLOURS, SHAPES, sceneOf, UNITS_PER_CELL } from './scene.ts';

/** The characters that are ever printed. `x` is the times sign only: no printed word holds the letter. */
const CHARACTERS = 'abcdefghijklmnopqrstuvwyz0123456789+-x=?';

export type Cell =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'shape'; readonly colour: Colour; readonly shape: Shape }
  | { readonly kind: 'bar'; readonly colour: Colour; readonly level: number } // level 1..3 units filled from below
  | { readonly kind: 'point'; readonly level: number } // level 1..3 units above the cell's floor
  | { readonly kind: 'pie'; readonly quarter: number; readonly slices: readonly [Colour, Colour] } // quarter 0..3 clockwise from top right
  | { readonly kind: 'outline' } // part of a figure, drawn across cells
  | { readonly kind: 'thing'; readonly name: ThingName };

/** The closed set of cell labels. */
export const CELL_LABELS: readonly string[] = [
  'empty',
  ...[...CHARACTERS].map((character) => `char:${character}`),
  ...COLOURS.flatMap((colour) => SHAPES.map((shape) => `${colour} ${shape}`)),
  ...COLOURS.flatMap((colour) => [1, 2, 3].map((level) => `${colour} bar ${level}`)),
  ...[1, 2, 3].map((level) => `point ${level}`),
  ...PIE_COLOURS.flatMap((first) => PIE_COLOURS.map((second) => `pie ${first} ${second}`)),
  'outline',
  ...THING_NAMES,
];

/** Position of each label in CELL_LABELS. */
export const CELL_LABEL_INDEX: ReadonlyMap<string, number> = new Map(CELL_LABELS.map((label, index) => [label, index]));

/** The 16 labels of an embedded question's picture, row by row from the top left. */
export function cellLabels(question: Question): string[] {
  const scene = sceneOf(question);
  if (scene === null) {
    throw new SophiaError(
      'usage',
      `Question ${question.id} has no scene, so its cells have no labels.`,
      'Use an embedded question.',
    );
  }
  return layOut(scene.picture).map(labelOf);
}

/** The label of one cell. */
function labelOf(cell: Cell): string {
  switch (cell.kind) {
    case 'empty':
      return 'empty';
    case 'character':
      return `char:${cell.character}`;
    case 'shape':
      return `${cell.colour} ${cell.shape}`;
    case 'bar':
      return `${cell.colour} bar ${cell.level}`;
    case 'point':
      return `point ${cell.level}`;
    case 'pie':
      return `pie ${cell.slices[0]} ${cell.slices[1]}`;
    case 'outline':
      return 'outline';
    case 'thing':
      return cell.name;
  }
}

/** What lies in each of the 16 cells. */
export function layOut(picture: Picture): Cell[] {
  const cells: Cell[] = Array.from({ length: GRID * GRID }, () => ({ kind: 'empty' }));
  const put = (row: number, column: number, cell: Cell): void => {
    if (row >= 0 && row < GRID && column >= 0 && column < GRID) cells[row * GRID + column] = cell;
  };
  switch (picture.kind) {
    case 'bars':
      for (const bar of picture.bars) {
        put(GRID - 1, bar.column, { kind: 'character', character: bar.name });
        for (let filled = 0; filled < bar.value; filled += UNITS_PER_CELL) {
          const level = Math.min(UNITS_PER_CELL, bar.value - filled);
          put(GRID - 2 - filled / UNITS_PER_CELL, bar.column, { kind: 'bar', colour: bar.colour, level });
        }
      }
      break;
    case 'line':
      for (const point of picture.points) {
        put(GRID - 1, point.column, { kind: 'character', character: point.name });
        put(lineRow(point.value), point.column, { kind: 'point', level: ((point.value - 1) % UNITS_PER_CELL) + 1 });
      }
      break;
    case 'pie':
      for (let quarter = 0; quarter < 4; quarter++) {
        const slice = (half: number) => entryAt(picture.slices, quarter * 2 + half, 'slice of the pie');
        const slices = [slice(0), slice(1)] as const;
        const place = entryAt(QUARTERS, quarter, 'quarter of the pie');
        put(picture.row + place.row, picture.column + place.column, { kind: 'pie', quarter, slices });
      }
      break;
    case 'expression':
      picture.rows.forEach((text, row) => {
        [...text].forEach((character, column) => {
          if (character !== ' ') put(picture.top + row, column, { kind: 'character', character });
        });
      });
      if (picture.cue !== undefined) {
        const { row, column, colour, value } = picture.cue;
        put(row, column, { kind: 'shape', colour, shape: 'star' });
        [...value].forEach((character, at) => {
          put(row, column + 1 + at, { kind: 'character', character });
        });
      }
      break;
    case 'figure':
      for (let row = 0; row < picture.rows; row++) {
        for (let column = 0; column < picture.columns; column++) {
          put(picture.row + row, picture.column + column, { kind: 'outline' });
        }
      }
      for (const side of picture.sides)
        put(side.row, side.column, { kind: 'character', character: String(side.length) });
      break;
    case 'things':
      for (const thing of picture.things) put(thing.row, thing.column, { kind: 'thing', name: thing.name });
      break;
    case 'words':
      for (const shape of picture.shapes)
        put(shape.row, shape.column, { kind: 'shape', colour: shape.colour, shape: shape.shape });
      for (const word of picture.words) {
        if (word.mark !== null) put(word.row, word.column - 1, { kind: 'shape', ...word.mark });
        [...word.text].forEach((character, at) => {
          put(word.row + (word.down ? at : 0), word.column + (word.down ? 0 : at), { kind: 'character', character });
        });
      }
      break;
    case 'shapes':
      for (const shape of picture.shapes)
        put(shape.row, shape.column, { kind: 'shape', colour: shape.colour, shape: shape.shape });
      break;
  }
  return cells;
}

/** The grid row in which a line chart's value lies. */
export function lineRow(value: number): number {
  return GRID - 2 - Math.floor((value - 1) / UNITS_PER_CELL);
}

/** Where each quarter of a pie lies from its top left cell, clockwise from the top right one. */
const QUARTERS: readonly Place[] = [
  { row: 0, column: 1 },
  { row: 1, column: 1 },
  { row: 1, column: 0 },
  { row: 0, column: 0 },
];
