/** A value of every token of a response by its position, as bars. */
import type { PlotOptions } from '@observablehq/plot';
import type { Palette } from '../plot-figure.ts';
import type { Frame } from './step-plot.ts';

type Marks = typeof import('@observablehq/plot');

/** The frame of plots over tokens. */
export const TOKEN_FRAME: Frame = { left: 44, right: 16, top: 22, bottom: 34, height: 110 };

/** Bars from 0; values that are not numbers are left out. For print (`isPrint`) the axis says what they are. */
export function tokenPlot(
  values: readonly (number | null)[],
  axis: string,
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const bars = values.flatMap((value, t) =>
    value === null || !Number.isFinite(value)
      ? []
      : [{ x1: t, x2: t + 1, y1: Math.min(0, value), y2: Math.max(0, value) }],
  );
  const { left, right, top, bottom, height } = TOKEN_FRAME;
  return {
    width,
    height: height + top + bottom,
    ...{ marginLeft: left, marginRight: right, marginTop: top, marginBottom: bottom },
    x: { domain: [0, Math.max(1, values.length)], ticks: 6, label: 'token' },
    y: { ticks: 4, nice: true, label: isPrint ? axis : null },
    marks: [
      plot.rect(bars, {
        ...{ x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', inset: 0 },
        fill: colours.heat[2] ?? colours.ink,
        shapeRendering: 'crispEdges',
      }),
      plot.ruleY([0], { stroke: colours.line }),
      plot.frame({ stroke: colours.line }),
    ],
  };
}
