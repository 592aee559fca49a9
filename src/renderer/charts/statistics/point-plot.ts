/** Runs as points: one column along each axis, coloured by variant. Numbers of a sweep over powers of ten lie on such an axis; choices side by side. */
import type { PlotOptions } from '@observablehq/plot';
import { logTicks, type ValueAxis } from '../../../shared/run-table/axis.ts';
import { middleEllipsis } from '../../../shared/text/short-names.ts';
import type { Palette } from '../plot-figure.ts';
import { LEGEND_ROW, plotLegend } from '../plot-legend.ts';

type Marks = typeof import('@observablehq/plot');

/** A point: its place as the axes have it, and what is said of it. */
export interface RunPoint {
  readonly x: number | string;
  readonly y: number | string;
  readonly colour: string;
  readonly title: string;
}

/** What stands at an axis; `factor`: what its numbers are multiplied with, 100 for percent. */
export interface PointAxis {
  readonly axis: ValueAxis;
  readonly label: string;
  readonly factor: number;
}

const HEIGHT = 240;
const PRINT_HEIGHT = 380;
/** Pixels of a letter of an axis. */
const LETTER = 7;
const [LEFT, LEFT_OF_CHOICES, RIGHT] = [52, 130, 24];

/** How to draw the points in a given width; for print with a legend of the series. */
export function pointPlot(
  points: readonly RunPoint[],
  axes: { readonly x: PointAxis; readonly y: PointAxis },
  series: readonly { readonly label: string; readonly colour: string }[],
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const shown = points.map((point) => ({
    ...point,
    x: placed(point.x, axes.x),
    y: placed(point.y, axes.y),
    colour: colours.series(point.colour),
  }));
  const left = axes.y.axis.kind === 'choices' ? LEFT_OF_CHOICES : LEFT;
  const above = isPrint ? 24 + series.length * LEGEND_ROW : 24;
  return {
    width,
    height: (isPrint ? PRINT_HEIGHT : HEIGHT) + above,
    ...{ marginTop: above, marginBottom: 40, marginRight: RIGHT, marginLeft: left },
    x: scaleOf(axes.x, width - left - RIGHT),
    y: scaleOf(axes.y, null),
    color: { type: 'identity' },
    marks: [
      plot.frame({ stroke: colours.line }),
      plot.dot(shown, { x: 'x', y: 'y', fill: 'colour', fillOpacity: 0.75, r: 4, title: 'title' }),
      ...(isPrint
        ? plotLegend(
            plot,
            series.map(({ label, colour }) => ({ label, colour: colours.series(colour) })),
          )
        : []),
    ],
  };
}

const placed = (value: number | string, { factor }: PointAxis) => (typeof value === 'number' ? value * factor : value);

/** The scale of an axis; `across`: the pixels that choices side by side share, null where they stand one above the other. */
function scaleOf({ axis, label, factor }: PointAxis, across: number | null): NonNullable<PlotOptions['x']> {
  if (axis.kind === 'choices') {
    const each = across === null ? LEFT_OF_CHOICES : across / axis.choices.length;
    const text = (choice: string) => middleEllipsis(choice, Math.max(3, Math.floor(each / LETTER) - 1));
    return { type: 'point', domain: [...axis.choices], padding: 0.5, grid: true, label, tickFormat: text };
  }
  const { low, high } = axis;
  const domain = low === high ? [low - Math.abs(low || 1), high + Math.abs(high || 1)] : [low, high];
  const ends = { domain: domain.map((end) => end * factor), nice: true, grid: true, label };
  if (axis.kind === 'line') return { ...ends, type: 'linear', ticks: 5 };
  return { ...ends, type: 'log', ticks: logTicks(low, high), tickFormat: String };
}
