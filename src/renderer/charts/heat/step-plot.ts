/**
 * Plots over the steps of runs, column by column (a column is a stretch of steps): histograms as heat maps, means by category, stacked shares.
 * All have the same frame, so that a cursor can be laid over them.
 */
import type { PlotOptions } from '@observablehq/plot';
import type { Palette } from '../plot-figure.ts';

type Marks = typeof import('@observablehq/plot');

/** Room around a plot's frame in pixels, and the frame's height. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
}

/** Stretches of steps: column i holds steps i * width + 1 to (i + 1) * width. */
export interface StepColumns {
  readonly width: number;
  readonly columns: number;
  readonly lastStep: number;
}

/** The frame of plots over steps. */
export const STEP_FRAME: Frame = { left: 46, right: 16, top: 22, bottom: 34, height: 130 };
/** The same with room for names of categories. */
export const NAMED_FRAME: Frame = { ...STEP_FRAME, left: 76, height: 110 };

/** Bins of a histogram. */
export interface PlotBins {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

/** "steps 101–105", "step 7". */
export function stepsText({ width, lastStep }: StepColumns, column: number): string {
  const [from, to] = stepsOf({ width, lastStep }, column);
  return from === to
    ? `step ${from.toLocaleString('en')}`
    : `steps ${from.toLocaleString('en')}–${to.toLocaleString('en')}`;
}

/** First and last step of a column. */
export function stepsOf(
  { width, lastStep }: Pick<StepColumns, 'width' | 'lastStep'>,
  column: number,
): [number, number] {
  return [column * width + 1, Math.max(column * width + 1, Math.min((column + 1) * width, lastStep))];
}

function framed(steps: StepColumns, frame: Frame, width: number): PlotOptions {
  const end = Math.max(1, steps.columns) * steps.width + 0.5;
  return {
    width,
    height: frame.height + frame.top + frame.bottom,
    ...{ marginLeft: frame.left, marginRight: frame.right, marginTop: frame.top, marginBottom: frame.bottom },
    x: {
      ...{
        type: 'linear',
        domain: [0.5, end],
        label: 'step',
        ticks: Math.max(2, Math.min(5, width / 80)),
        nice: false,
      },
      tickFormat: (step: number) => (Number.isInteger(step) ? step.toLocaleString('en') : ''),
    },
  };
}

const edges = ({ width }: StepColumns, column: number) => ({
  x1: column * width + 0.5,
  x2: (column + 1) * width + 0.5,
});

/** Stops of a colour scale at even distances. */
const stops = (from: number, to: number, colours: readonly string[]) => ({
  domain: colours.map((_, i) => from + ((to - from) * i) / (colours.length - 1)),
  range: [...colours],
});

/**
 * A histogram over steps: a column's cells are darker (in the dark theme lighter) where more of its values lie; the line is the mean. Shares enter
 * by their square root, so that a twentieth is seen beside a half; the scale is the same everywhere, from none to all. The page says what the values are; for print (`isPrint`) the axis does.
 */
export function heatPlot(
  data: {
    readonly counts: readonly number[];
    readonly n: readonly number[];
    readonly means: readonly (number | null)[];
  },
  steps: StepColumns,
  bins: PlotBins,
  axis: string,
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const cells = data.counts.flatMap((count, place) => {
    if (count === 0) return [];
    const [column, bin] = [Math.floor(place / bins.count), place % bins.count];
    const y1 = bins.start + bin * bins.width;
    return [{ ...edges(steps, column), y1, y2: y1 + bins.width, share: Math.sqrt(count / (data.n[column] || 1)) }];
  });
  const means = data.means.map((mean, column) => ({ x: (column + 0.5) * steps.width + 0.5, mean }));
  return {
    ...framed(steps, STEP_FRAME, width),
    y: { domain: [bins.start, bins.start + bins.count * bins.width], ticks: 4, label: isPrint ? axis : null },
    color: { type: 'linear', ...stops(0, 1, colours.heat), interpolate: 'lab' },
    marks: [
      plot.frame({ stroke: colours.line }),
      plot.rect(cells, {
        x1: 'x1',
        x2: 'x2',
        y1: 'y1',
        y2: 'y2',
        fill: 'share',
        inset: 0,
        shapeRendering: 'crispEdges',
      }),
      plot.lineY(means, { x: 'x', y: 'mean', stroke: colours.surface, strokeWidth: 4 }),
      plot.lineY(means, { x: 'x', y: 'mean', stroke: colours.ink, strokeWidth: 1.6 }),
    ],
  };
}

/** One row of a map: a name and a value per column. */
export interface NamedRow {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** How values become colours: from 0 to 1 by lightness, or on both sides of 0. */
export type ValueScale = 'share' | 'difference';
/** Differences beyond this have the last colour. */
export const MOST_DIFFERENCE = 0.5;

/** Values by name and step as a map, a row per name. */
export function rowsPlot(
  rows: readonly NamedRow[],
  steps: StepColumns,
  scale: ValueScale,
  plot: Marks,
  width: number,
  colours: Palette,
): PlotOptions {
  const cells = rows.flatMap(({ name, values }) =>
    values.flatMap((value, column) =>
      value === null
        ? []
        : [
            {
              ...edges(steps, column),
              name,
              value: scale === 'share' ? value : Math.max(-MOST_DIFFERENCE, Math.min(MOST_DIFFERENCE, value)),
            },
          ],
    ),
  );
  return {
    ...framed(steps, NAMED_FRAME, width),
    y: { type: 'band', domain: rows.map(({ name }) => name), padding: 0.06, label: null, tickSize: 0 },
    color: {
      type: 'linear',
      ...(scale === 'share' ? stops(0, 1, colours.heat) : stops(-MOST_DIFFERENCE, MOST_DIFFERENCE, colours.split)),
      interpolate: 'lab',
    },
    marks: [
      plot.barX(cells, { x1: 'x1', x2: 'x2', y: 'name', fill: 'value', inset: 0, shapeRendering: 'crispEdges' }),
      plot.frame({ stroke: colours.line }),
    ],
  };
}

/** One part of a whole over steps. */
export interface StackedPart extends NamedRow {
  readonly colour: string; // a token of a series
}

/** Shares of a whole over steps, stacked in their order from the bottom; for print (`isPrint`) the axis says what they are of. */
export function stackedPlot(
  parts: readonly StackedPart[],
  steps: StepColumns,
  plot: Marks,
  width: number,
  colours: Palette,
  isPrint: boolean,
): PlotOptions {
  const bottom = Array<number>(steps.columns).fill(0);
  const bars = parts.flatMap(({ colour, values }) =>
    values.flatMap((value, column) => {
      if (value === null || value === 0) return [];
      const y1 = bottom[column] ?? 0;
      bottom[column] = y1 + value;
      return [{ ...edges(steps, column), y1: 100 * y1, y2: 100 * (y1 + value), fill: colours.series(colour) }];
    }),
  );
  return {
    ...framed(steps, STEP_FRAME, width),
    y: {
      domain: [0, 100],
      ticks: 4,
      tickFormat: (share: number) => (isPrint ? String(share) : `${share} %`),
      label: isPrint ? '% of responses' : null,
    },
    color: { type: 'identity' },
    marks: [
      plot.rect(bars, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'fill', inset: 0, shapeRendering: 'crispEdges' }),
      plot.frame({ stroke: colours.line }),
    ],
  };
}
