/** Effects with their 95 % intervals as a plot: one panel per column of the results table, one row per effect, in points. */
import type { PlotOptions } from '@observablehq/plot';
import { shortNames } from '../../../shared/text/short-names.ts';
import type { Palette } from '../plot-figure.ts';

type Marks = typeof import('@observablehq/plot');

/** One effect in one panel; shares from 0 to 1. */
export interface Effect {
  readonly panel: string;
  readonly row: string;
  readonly colour: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const PANEL_WIDTH = 230;
const ROW_HEIGHT = 22;
const PANEL_GAP = 56;
/** Letters of a name that fit at the left, and pixels of one. */
const MOST_LETTERS = 22;
const LETTER = 7.5;
const LEFT = MOST_LETTERS * LETTER + 8;
/** An interval narrower than this, in points, is a point. */
const NO_WIDTH = 1e-6;

const tick = (value: number): string => value.toLocaleString('en').replace('-', '−');

/** How to draw the effects in a given width. */
export function effectPlot(
  effects: readonly Effect[],
  plot: Marks,
  width: number,
  colours: Palette,
  { label = 'points', withZero = true } = {},
): PlotOptions {
  const panels = [...new Set(effects.map((effect) => effect.panel))];
  const rows = [...new Set(effects.map((effect) => effect.row))];
  const across = Math.max(1, Math.min(panels.length, Math.floor((width - LEFT) / PANEL_WIDTH)));
  const down = Math.ceil(panels.length / across);
  const place = (panel: string) => ({
    fx: panels.indexOf(panel) % across,
    fy: Math.floor(panels.indexOf(panel) / across),
  });
  const points = effects.map((effect) => ({
    ...place(effect.panel),
    row: effect.row,
    colour: colours.series(effect.colour),
    difference: effect.difference * 100,
    low: effect.low * 100,
    high: effect.high * 100,
  }));
  const titles = panels.map((panel) => ({ ...place(panel), panel }));
  const names = Array.from({ length: down }, (_, fy) => rows.map((row) => ({ fx: 0, fy, row }))).flat();
  const short = shortNames(rows, MOST_LETTERS);
  const ends = points.flatMap(({ low, high, difference }) => [low, high, difference]);
  if (withZero) ends.push(0);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const at = { fx: 'fx', fy: 'fy', y: 'row', stroke: 'colour' } as const;
  return {
    width: Math.min(width, LEFT + across * 360),
    height: down * (rows.length * ROW_HEIGHT + PANEL_GAP) + 44,
    marginLeft: LEFT,
    marginTop: 24,
    marginBottom: 36,
    fx: { axis: null, padding: 0.12 },
    fy: { axis: null, padding: PANEL_GAP / (rows.length * ROW_HEIGHT + PANEL_GAP) },
    // Where nothing differs the axis is a point either way, not a sliver of rounding.
    x: {
      ...{ label, axis: null, grid: true, ticks: 5, nice: true },
      domain: most - least > NO_WIDTH ? [least, most] : [least - 1, least + 1],
    },
    y: { label: null, domain: rows, axis: null },
    color: { type: 'identity' },
    marks: [
      ...(withZero ? [plot.ruleX(titles, { fx: 'fx', fy: 'fy', x: () => 0, stroke: colours.faint })] : []),
      plot.text(names, {
        ...{ fx: 'fx', fy: 'fy', y: 'row', title: 'row', frameAnchor: 'left', textAnchor: 'end', dx: -8 },
        text: ({ row }: (typeof names)[number]) => short[rows.indexOf(row)] ?? row,
      }),
      plot.ruleY(
        points.filter((point) => point.high - point.low > NO_WIDTH),
        { ...at, x1: 'low', x2: 'high', strokeWidth: 2.5 },
      ),
      plot.dot(points, { ...at, x: 'difference', fill: 'colour', r: 4.5 }),
      plot.axisX({ facetAnchor: null, ticks: 5, label: null, tickFormat: tick }), // below every panel: lines alone say no number
      plot.axisX({ ticks: [], label }),
      plot.text(titles, { fx: 'fx', fy: 'fy', text: 'panel', frameAnchor: 'top-left', dy: -14, fontWeight: 600 }),
    ],
  };
}
