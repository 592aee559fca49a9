/** Counts per score interval [0, 0.1), ..., [0.9, 1.0] as a plot: the series of an interval stand side by side. */

import type { PlotOptions } from '@observablehq/plot';
import { zip } from '../../../shared/values/list.ts';
import type { Palette } from '../plot-figure.ts';
import { LEGEND_ROW, plotLegend } from '../plot-legend.ts';

type Marks = typeof import('@observablehq/plot');

/** One series: a count for each interval. */
export interface CountSeries {
  readonly label: string;
  readonly colour: string;
  readonly counts: readonly number[];
}

/** What the axes say, and how the intervals are printed. */
export interface HistogramAxes {
  readonly x: string;
  readonly y: string;
  readonly starts: readonly string[];
}

const HEIGHT = 200;
const PRINT_HEIGHT = 300;

/** Where each interval begins, as it is printed. */
export function intervalStarts(series: readonly CountSeries[]): string[] {
  const bins = Math.max(0, ...series.map((series) => series.counts.length));
  return Array.from({ length: bins }, (_, bin) => (bin / bins).toFixed(1));
}

/** Intervals of gamma: tenths by where they begin, then 1 itself. */
export function gammaLabels(): string[] {
  return [...Array.from({ length: 10 }, (_, bin) => (bin / 10).toFixed(1)), '= 1'];
}

/** How to draw the counts in a given width; for print with a legend. */
export function histogramPlot(
  series: readonly CountSeries[],
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
  axes: HistogramAxes = { x: 'score from', y: 'pairs', starts: intervalStarts(series) },
): PlotOptions {
  const { starts } = axes;
  const bars = series.flatMap(({ label, colour, counts }) =>
    zip(counts, starts).map(([count, start]) => ({ label, colour: colours.series(colour), count, start })),
  );
  const above = isPrint ? 28 + series.length * LEGEND_ROW : 22;
  return {
    width,
    height: (isPrint ? PRINT_HEIGHT : HEIGHT) + above,
    marginTop: above,
    marginLeft: 44,
    marginBottom: 46,
    fx: { axis: 'bottom', domain: [...starts], padding: 0, label: axes.x, tickSize: 0 },
    x: { axis: null, domain: series.map((series) => series.label), paddingInner: 0.05, paddingOuter: 0.6 },
    y: { grid: true, ticks: 4, nice: true, label: axes.y },
    color: { type: 'identity' },
    marks: [
      plot.barY(bars, {
        fx: 'start',
        x: 'label',
        y: 'count',
        fill: 'colour',
        title: (bar: (typeof bars)[number]) =>
          `${bar.label}, from ${bar.start}: ${bar.count.toLocaleString('en', { maximumFractionDigits: 1 })}`,
      }),
      plot.ruleY([0], { stroke: colours.line }),
      ...(isPrint
        ? plotLegend(
            plot,
            series.map((series) => ({ label: series.label, colour: colours.series(series.colour) })),
          )
        : []),
    ],
  };
}
