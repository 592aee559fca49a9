/** Thinking reward against outcome reward by tenths: how many responses lie where, with the share in each corner. */
import type { PlotOptions } from '@observablehq/plot';
import { TENTHS } from '../../../shared/run/reward-density.ts';
import type { Palette } from '../plot-figure.ts';
import type { Frame } from './step-plot.ts';

type Marks = typeof import('@observablehq/plot');

/** The frame of a density: nearly a square in a card's width. */
export const DENSITY_FRAME: Frame = { left: 34, right: 16, top: 22, bottom: 34, height: 190 };

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
