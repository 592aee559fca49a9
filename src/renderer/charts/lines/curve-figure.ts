/** A chart of curves as a figure for print: the lines and bands that the canvas shows, on white, with a legend. */

import { drawPlot, Plot, palette } from '../plot-figure.ts';
import { LEGEND_ROW, plotLegend } from '../plot-legend.ts';
import type { ChartLine, DrawnChart } from './lines.ts';
import { shortTime, type XAxis } from './scales.ts';

interface FigureOptions {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly axis: XAxis;
  readonly log: boolean;
  readonly logX: boolean;
  readonly zoom: readonly [number, number] | null;
  /** What values are multiplied with: 100 for percent. */
  readonly factor: number;
}

const WIDTH = 640;
const HEIGHT = 360;
const X_LABELS: Readonly<Record<XAxis, string>> = { step: 'Training step', 'wall time': 'Wall time', tokens: 'Tokens' };

/** Draws what is in view. */
export function curveFigure(
  drawn: DrawnChart,
  { title, unit, axis, log, logX, zoom, factor }: FigureOptions,
): SVGSVGElement {
  const colours = palette(true);
  const [from, to] = zoom ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const isSeen = (value: number | null | undefined): value is number => value != null && (!log || value > 0);
  const points = (line: ChartLine, other?: ChartLine) =>
    drawn.x.flatMap((x, i) => {
      const [y, y2] = [line.values[i], other?.values[i]];
      return x < from || x > to || !isSeen(y) ? [] : [{ x, y: y * factor, y2: y2 == null ? y2 : y2 * factor }];
    });
  const visible = drawn.lines.filter((line) => !line.hidden);
  const marks = visible.flatMap((line, i): Plot.Markish[] => {
    const colour = colours.series(line.colour);
    const next = visible[i + 1];
    if (line.band === 'high' && next !== undefined)
      return [Plot.areaY(points(line, next), { x: 'x', y1: 'y2', y2: 'y', fill: colour, fillOpacity: 0.15 })];
    if (line.band === 'low') return [];
    const isThin = line.faint || line.edge;
    const width = isThin ? 0.75 : line.bold ? 2.75 : 1.5;
    const dash = line.dash === undefined || isThin ? {} : { strokeDasharray: line.dash.join(' ') };
    const opacity = line.faint ? 0.3 : line.edge ? 0.55 : 1;
    return [
      Plot.lineY(points(line), { x: 'x', y: 'y', stroke: colour, strokeWidth: width, strokeOpacity: opacity, ...dash }),
    ];
  });
  const groups = drawn.groups.filter((group) => !group.hidden);
  const legend = groups.map(({ label, colour, dash, reference }) => ({
    ...{ label, colour: colours.series(colour), dash, isBold: reference },
  }));
  return drawPlot(
    {
      width: WIDTH,
      height: HEIGHT + legend.length * LEGEND_ROW,
      marginTop: 34 + legend.length * LEGEND_ROW,
      marginLeft: 56,
      x: {
        label: X_LABELS[axis],
        ...(logX && { type: 'log' as const }),
        ...(axis === 'wall time' && { tickFormat: (value: number) => shortTime(value) }),
      },
      y: {
        label: unit === undefined ? title : `${title}, ${unit}`,
        grid: true,
        nice: true,
        tickFormat: (value: number) => value.toLocaleString('en').replace('-', '−'),
        ...(log && { type: 'log' as const }),
      },
      marks: [...marks, ...plotLegend(Plot, legend)],
    },
    colours,
  );
}
