/**
 * How one cell's content is drawn around its centre, in cell units (14 x 14). Deliberately absent: strokes that cross cells
 * (render.ts draws figures, chart lines and grid lines) and pictured things (things.ts).
 */
import type { Cell } from '../layout.ts';
import type { Colour, Shape } from '../scene.ts';
import { UNITS_PER_CELL } from '../scene.ts';
import type { Pen, Rgb } from './pen.ts';
import { drawThing } from './things.ts';

/** The side of a cell in drawing units. */
export const CELL = 14;

/** The height of one chart unit in drawing units. */
export const UNIT = CELL / UNITS_PER_CELL;

/** Ink of printed characters. */
export const INK: Rgb = [25, 25, 35];

const COLOUR_RGB: Record<Colour, Rgb> = {
  red: [220, 40, 45],
  blue: [45, 90, 220],
  green: [40, 155, 70],
  yellow: [240, 205, 35],
  purple: [140, 55, 175],
  orange: [245, 135, 30],
};

/** Draws one cell; `scale` is a small change of size for free-standing objects. */
export function drawCell(pen: Pen, cell: Cell, scale: number): void {
  switch (cell.kind) {
    case 'empty':
    case 'outline':
      return;
    case 'character':
      pen.character(PRINTED[cell.character] ?? cell.character, 12.7 * scale, INK);
      return;
    case 'shape':
      drawShape(pen, cell.shape, COLOUR_RGB[cell.colour], scale);
      return;
    case 'bar':
      pen.box(-4.6, CELL / 2 - cell.level * UNIT, 9.2, cell.level * UNIT, COLOUR_RGB[cell.colour]);
      return;
    case 'point':
      pen.oval(0, pointOffset(cell.level), 2.3, 2.3, [190, 30, 60]);
      return;
    case 'pie':
      drawQuarter(pen, cell.quarter, cell.slices);
      return;
    case 'thing':
      drawThing(pen, cell.name);
      return;
  }
}

/** How far below a cell's centre a chart point of level 1..3 lies (drawing units). */
export function pointOffset(level: number): number {
  return CELL / 2 - (level - 0.5) * UNIT;
}

/** Signs that are printed with a better glyph than the character that names them. */
const PRINTED: Record<string, string> = { x: '×', '-': '−' };

function drawShape(pen: Pen, shape: Shape, colour: Rgb, scale: number): void {
  const size = 5.2 * scale;
  switch (shape) {
    case 'circle':
      pen.oval(0, 0, size, size, colour);
      return;
    case 'square':
      pen.box(-size * 0.9, -size * 0.9, size * 1.8, size * 1.8, colour);
      return;
    case 'triangle':
      pen.polygon([0, -size, size * 1.1, size * 0.9, -size * 1.1, size * 0.9], colour);
      return;
    case 'star': {
      const points: number[] = [];
      for (let at = 0; at < 10; at++) {
        const radius = (at % 2 === 0 ? 1.2 : 0.5) * size;
        const angle = (at * Math.PI) / 5 - Math.PI / 2;
        points.push(radius * Math.cos(angle), radius * Math.sin(angle));
      }
      pen.polygon(points, colour);
      return;
    }
  }
}

function drawQuarter(pen: Pen, quarter: number, slices: readonly [Colour, Colour]): void {
  const x = quarter < 2 ? -CELL / 2 : CELL / 2; // the pie's centre is the corner that the four cells share
  const y = quarter === 0 || quarter === 3 ? CELL / 2 : -CELL / 2;
  slices.forEach((colour, at) => {
    const from = ((quarter * 2 + at) * Math.PI) / 4 - Math.PI / 2;
    pen.sector(x, y, CELL - 1, from, from + Math.PI / 4, COLOUR_RGB[colour]);
  });
  for (let at = 0; at < 2; at++) {
    const angle = ((quarter * 2 + at) * Math.PI) / 4 - Math.PI / 2;
    pen.line([x, y, x + (CELL - 1) * Math.cos(angle), y + (CELL - 1) * Math.sin(angle)], [250, 250, 250], 0.7);
  }
}
