/** Calibration curves as a plot: a rater's mean score in each interval against the annotator's mean there; larger points hold more responses. */
import type { PlotOptions } from '@observablehq/plot';
import type { Palette } from '../plot-figure.ts';
import { LEGEND_ROW, plotLegend } from '../plot-legend.ts';

type Marks = typeof import('@observablehq/plot');

/** One rater's curve; scores from 0 to 1. */
export interface RaterCurve {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly {
    readonly bin: number;
    readonly meanScore: number;
    readonly meanTruth: number;
    readonly count: number;
  }[];
}

const SIZE = 300;
const PRINT_SIZE = 440;
const [LEFT, RIGHT, BELOW] = [36, 20, 36];
const SMALLEST = 2;
const LARGEST = 6;

/** How to draw the curves in a given width; for print with a legend. */
export function calibrationPlot(
  raters: readonly RaterCurve[],
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const most = Math.max(1, ...raters.flatMap((rater) => rater.points.map((point) => point.count)));
  const points = raters.flatMap(({ label, colour, points: own }) =>
    own.map((point) => ({ ...point, label, colour: colours.series(colour) })),
  );
  const size = Math.min(width, isPrint ? PRINT_SIZE : SIZE);
  const above = isPrint ? 28 + raters.length * LEGEND_ROW : 22;
  const axis = { domain: [0, 1], ticks: 5, grid: true } as const;
  return {
    width: size,
    height: size - LEFT - RIGHT + above + BELOW, // the frame is a square
    marginTop: above,
    marginLeft: LEFT,
    marginRight: RIGHT,
    marginBottom: BELOW,
    x: { ...axis, label: "rater's score" },
    y: { ...axis, label: "annotator's score" },
    r: { type: 'identity' },
    color: { type: 'identity' },
    marks: [
      plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: colours.faint, strokeDasharray: '4 3' },
      ),
      plot.line(points, { x: 'meanScore', y: 'meanTruth', z: 'label', stroke: 'colour', strokeWidth: 1.5 }),
      plot.dot(points, {
        x: 'meanScore',
        y: 'meanTruth',
        fill: 'colour',
        r: (point: (typeof points)[number]) => SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(point.count / most),
        title: (point: (typeof points)[number]) =>
          `${point.label}: rater ${point.meanScore.toFixed(2)}, annotator ${point.meanTruth.toFixed(2)}, ${point.count} responses`,
      }),
      ...(isPrint
        ? plotLegend(
            plot,
            raters.map((rater) => ({ label: rater.label, colour: colours.series(rater.colour) })),
          )
        : []),
    ],
  };
}
