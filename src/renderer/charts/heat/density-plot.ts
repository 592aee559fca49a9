/** Thinking reward against outcome reward by tenths: how many responses lie where, with the share in each corner. */
import type { PlotOptions } from '@observablehq/plot';
import type { Palette } from '../plot-figure.ts';
import type { Frame } from './step-plot.ts';

type Marks = typeof import('@observablehq/plot');

/** Tenths along each side. */
export const TENTHS = 10;
/** The frame of a density: nearly a square in a card's width. */
export const DENSITY_FRAME: Frame = { left: 34, right: 16, top: 22, bottom: 34, height: 190 };

/** A corner: outcome right or wrong (from 0.5 on) by thinking rated high or low (from 0.5 on). */
export interface Corner {
  readonly id: 'wrong-high' | 'right-high' | 'wrong-low' | 'right-low';
  readonly title: string;
  readonly outcome: readonly [number, number];
  readonly thinking: readonly [number, number];
}

/** The four corners, as they lie in the plot: upper row first. */
export const CORNERS: readonly Corner[] = [
  { id: 'wrong-high', title: 'Wrong answer, high thinking reward', outcome: [0, 0.5], thinking: [0.5, 1] },
  { id: 'right-high', title: 'Right answer, high thinking reward', outcome: [0.5, 1], thinking: [0.5, 1] },
  { id: 'wrong-low', title: 'Wrong answer, low thinking reward', outcome: [0, 0.5], thinking: [0, 0.5] },
  { id: 'right-low', title: 'Right answer, low thinking reward', outcome: [0.5, 1], thinking: [0, 0.5] },
];

/** Counts by 10 * tenth of R^o + tenth of R^t, of pairs of cell and count one after the other (as the engine sends a column). */
export function densityCounts(columns: readonly (readonly number[])[]): number[] {
  const counts = Array<number>(TENTHS * TENTHS).fill(0);
  for (const pairs of columns)
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const cell = pairs[i] ?? 0;
      counts[cell] = (counts[cell] ?? 0) + (pairs[i + 1] ?? 0);
    }
  return counts;
}

/** How many lie in a corner. */
export function inCorner(counts: readonly number[], { outcome, thinking }: Corner): number {
  const within = (tenth: number, [from, to]: readonly [number, number]) =>
    tenth >= Math.round(from * TENTHS) && tenth < Math.round(to * TENTHS);
  return counts.reduce(
    (sum, n, cell) => (within(Math.floor(cell / TENTHS), outcome) && within(cell % TENTHS, thinking) ? sum + n : sum),
    0,
  );
}

/** Draws it: R^o to the right, R^t upwards, which the page says and for print (`isPrint`) the axis. Shares enter by their square root; the scale is the same everywhere. */
export function densityPlot(
  counts: readonly number[],
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const { left, right, top, bottom, height } = DENSITY_FRAME;
  const total = counts.reduce((sum, n) => sum + n, 0) || 1;
  const cells = counts.flatMap((n, cell) => {
    if (n === 0) return [];
    const [x1, y1] = [Math.floor(cell / TENTHS) / TENTHS, (cell % TENTHS) / TENTHS];
    return [{ x1, x2: x1 + 1 / TENTHS, y1, y2: y1 + 1 / TENTHS, share: Math.sqrt(n / total) }];
  });
  return {
    width,
    height: height + top + bottom,
    ...{ marginLeft: left, marginRight: right, marginTop: top, marginBottom: bottom },
    x: { domain: [0, 1], ticks: 5, label: 'Rᵒ' },
    y: { domain: [0, 1], ticks: 5, label: isPrint ? 'Rᵗ' : null },
    color: { type: 'linear', domain: [0, 1 / 3, 2 / 3, 1], range: [...colours.heat], interpolate: 'lab' },
    marks: [
      plot.rect(cells, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'share', inset: 0.5 }),
      plot.ruleX([0.5], { stroke: colours.line, strokeDasharray: '3 3' }),
      plot.ruleY([0.5], { stroke: colours.line, strokeDasharray: '3 3' }),
      plot.frame({ stroke: colours.line }),
    ],
  };
}
