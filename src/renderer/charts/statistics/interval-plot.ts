/** Values with their intervals on one axis, a row each, as a plot. On screen the rows stand in a table that names them; for print they name themselves. */
import type { PlotOptions } from '@observablehq/plot';
import type { Palette } from '../plot-figure.ts';

type Marks = typeof import('@observablehq/plot');

/** One row; null where a value or its interval could not be had. */
export interface IntervalPoint {
  readonly label: string;
  readonly colour: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The axis: its ends, where a line is drawn (chance, or none), how a value is printed and shorter at a tick, what it is called. */
export interface IntervalAxis {
  readonly low: number;
  readonly high: number;
  readonly mark: number;
  readonly show: (value: number) => string;
  readonly tick: (value: number) => string;
  readonly label: string;
}

/** Pixels of a row, which the rows of the table have too. */
export const INTERVAL_ROW = 24;
/** Pixels of the axis below the rows. */
export const INTERVAL_AXIS = 22;
const SIDE = 22;
/** Below this width there is room for few ticks. */
const NARROW = 260;
const PRINT_LEFT = 130;
const PRINT_RIGHT = 180;
const PRINT_TOP = 8;

/** The interval in words, or nothing. */
export function intervalText({ low, high }: Pick<IntervalPoint, 'low' | 'high'>, show: IntervalAxis['show']): string {
  return low === null || high === null ? '' : `[${show(low)}, ${show(high)}]`;
}

/** How to draw the rows in a given width. */
export function intervalPlot(
  points: readonly IntervalPoint[],
  { low, high, mark, show, tick, label }: IntervalAxis,
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const rows = points.map((point) => ({ ...point, colour: colours.series(point.colour) }));
  const known = rows.filter((row) => row.value !== null);
  const at = { y: 'label', stroke: 'colour' } as const;
  const top = isPrint ? PRINT_TOP : 0;
  const below = isPrint ? 2 * INTERVAL_AXIS : INTERVAL_AXIS;
  return {
    width,
    height: top + rows.length * INTERVAL_ROW + below,
    marginTop: top,
    marginBottom: below,
    marginLeft: isPrint ? PRINT_LEFT : SIDE,
    marginRight: isPrint ? PRINT_RIGHT : SIDE,
    x: {
      domain: [low, high],
      ticks: width < NARROW ? 3 : 5,
      tickFormat: tick,
      tickSize: 3,
      label: isPrint ? label : null,
    },
    y: {
      domain: rows.map((row) => row.label),
      type: 'point',
      padding: 0.5,
      label: null,
      tickSize: 0,
      axis: isPrint ? 'left' : null,
    },
    color: { type: 'identity' },
    marks: [
      plot.ruleY(rows, { y: 'label', stroke: colours.line, strokeOpacity: 0.6 }),
      plot.ruleX([mark], { stroke: colours.faint, strokeDasharray: '3 2' }),
      plot.ruleY(
        rows.filter((row) => row.low !== null && row.high !== null),
        { ...at, x1: 'low', x2: 'high', strokeWidth: 2.5 },
      ),
      plot.dot(known, { ...at, x: 'value', fill: 'colour', r: 4.5 }),
      ...(isPrint
        ? [
            plot.text(known, {
              y: 'label',
              frameAnchor: 'right',
              textAnchor: 'start',
              dx: 10,
              text: (row: (typeof known)[number]) => `${show(row.value ?? 0)} ${intervalText(row, show)}`,
            }),
          ]
        : []),
    ],
  };
}
