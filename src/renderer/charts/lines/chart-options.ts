/** What uPlot is told to draw a chart of curves: axes, scales, a series for each line, bands, and what a drag does. */

import type uPlot from 'uplot';
import { entryAt } from '../../../shared/values/list.ts';
import { resolved } from '../colours.ts';
import type { Limits } from './group-lines.ts';
import { linePath } from './line-path.ts';
import type { ChartLine } from './lines.ts';
import { hearGestures } from './part/gestures.ts';
import type { Range } from './part/part-in-view.svelte.ts';
import {
  logLabelled,
  logTicks,
  shortTime,
  TIME_TICKS,
  tickLabels,
  WHOLE_TICKS,
  type XAxis,
  xRange,
  yLogRange,
  yRangeWithin,
  yRangeWithoutOutliers,
} from './scales.ts';

/** How a chart is to look, and whom it tells what happens. */
export interface ChartMakeUp {
  readonly width: number;
  readonly height: number;
  readonly sync: string;
  readonly axis: XAxis;
  readonly log: boolean;
  readonly logX: boolean;
  readonly withoutOutliers: boolean;
  /** As they are now: a chart is fed with numbers for longer than it is built for. */
  readonly lines: () => readonly ChartLine[];
  /** What a value on the y axis is multiplied with in its label: 100 for shares, which are told in percent. */
  readonly factor: number;
  readonly limits?: Limits | undefined;
  /** Pixels at the right that are left for labels. */
  readonly gutter: number;
  /** It has been drawn: what stands beside the lines is put in its place. */
  readonly ondraw: (chart: uPlot) => void;
  readonly oncursor: (index: number | null) => void;
  readonly onzoom: (range: Range | null) => void;
}

/** Of more lines than this each is thin, which is far quicker to draw, and none has its point at the cursor marked. */
const CROWD = 24;
const LOG_AXIS = {
  splits: (_chart: uPlot, _axis: number, low: number, high: number) => logTicks(low, high),
  filter: (_chart: uPlot, ticks: number[]) => logLabelled(ticks),
};

/** Everything that uPlot takes, but for the data. Reads the page's colours. */
export function chartOptions(makeUp: ChartMakeUp): uPlot.Options {
  const { width, height, oncursor, onzoom, ondraw } = makeUp;
  const lines = makeUp.lines();
  const isCrowded = lines.filter((line) => line.band === undefined && !line.faint && !line.edge).length > CROWD;
  return {
    width,
    height,
    padding: [8, Math.max(12, makeUp.gutter), 0, 0],
    legend: { show: false },
    cursor: cursorOf(makeUp, isCrowded),
    scales: scalesOf(makeUp),
    axes: axesOf(makeUp),
    series: [{ label: makeUp.axis }, ...lines.map((line) => seriesOf(line, makeUp, isCrowded))],
    bands: lines.flatMap((line, i) =>
      line.band === 'high' ? [{ series: [i + 1, i + 2] as [number, number], fill: resolved(line.colour, 0.13) }] : [],
    ),
    hooks: {
      setCursor: [(chart) => oncursor(chart.cursor.idx ?? null)],
      setSelect: [(chart) => zoomToSelection(chart, onzoom)],
      draw: [ondraw],
      ready: [(chart) => hearGestures(chart, onzoom)],
    },
  };
}

function cursorOf({ sync, onzoom, lines }: ChartMakeUp, isCrowded: boolean): uPlot.Cursor {
  return {
    sync: { key: sync, setSeries: false },
    // A mark is an element with a layer of its own: those of a hundred lines in each chart would cost the browser its frames. Edges have none.
    points: { size: 5, ...(isCrowded ? { show: false } : { show: (_chart, at) => mark(lines()[at - 1]) }) },
    drag: { x: true, y: false, setScale: false },
    bind: {
      // With Shift a drag moves the part in view.
      mousedown: (_chart, _plot, select) => (event) => {
        if (event.button === 0 && !event.shiftKey) select(event);
        return null;
      },
      dblclick: () => () => {
        onzoom(null);
        return null;
      },
    },
  };
}

/** The mark of a line at the cursor; edges of bands have a hidden one. */
function mark(line: ChartLine | undefined): HTMLElement {
  const dot = document.createElement('div');
  dot.hidden = line === undefined || line.band !== undefined || line.edge === true;
  return dot;
}

function scalesOf({ lines, log, logX, withoutOutliers, limits }: ChartMakeUp): uPlot.Scales {
  const isLine = (series: number): boolean => {
    const line = lines()[series - 1];
    return line !== undefined && !line.hidden && line.band === undefined && !line.edge;
  };
  const linear = withoutOutliers ? yRangeWithoutOutliers(isLine) : yRangeWithin(limits);
  return {
    x: { time: false, range: xRange, ...(logX && { distr: 3 }) },
    y: log ? { distr: 3, range: yLogRange(isLine, withoutOutliers) } : { range: linear },
  };
}

function axesOf({ axis, log, logX, factor }: ChartMakeUp): uPlot.Axis[] {
  const look = {
    stroke: resolved('--ink-3'),
    grid: { stroke: resolved('--line'), width: 1 },
    ticks: { stroke: resolved('--line'), width: 1, size: 4 },
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
  const numbers = (_chart: uPlot, ticks: (number | null)[]) => tickLabels(ticks);
  const values = (_chart: uPlot, ticks: (number | null)[]) =>
    tickLabels(ticks.map((tick) => (tick === null ? null : Number((tick * factor).toPrecision(12)))));
  const times = (_chart: uPlot, ticks: (number | null)[]) =>
    ticks.map((tick) => (tick === null ? '' : shortTime(tick)));
  const isTime = axis === 'wall time';
  return [
    {
      ...look,
      size: 26,
      gap: 2,
      values: isTime ? times : numbers,
      ...(logX ? LOG_AXIS : { incrs: isTime ? TIME_TICKS : WHOLE_TICKS }),
    },
    { ...look, size: 50, gap: 4, values, ...(log && LOG_AXIS) },
  ];
}

function seriesOf(line: ChartLine, { lines }: ChartMakeUp, isCrowded: boolean): uPlot.Series {
  const isBand = line.band !== undefined;
  return {
    label: line.label,
    show: !line.hidden,
    ...(!isBand && {
      stroke: resolved(line.colour, line.faint ? 0.25 : line.edge ? 0.5 : 1),
      paths: (chart: uPlot, at: number, from: number, to: number) =>
        linePath(chart, entryAt(lines(), at - 1, 'line'), from, to),
    }),
    width: line.edge ? 0.75 : line.faint || isCrowded ? 1 : line.bold ? 3 : 1.75,
    // Among a hundred lines no dash is told from another, and each costs time.
    ...(!line.faint && !line.edge && !isCrowded && line.dash?.length && { dash: line.dash }),
    points: { show: (chart: uPlot, at: number) => !isBand && !line.faint && !line.edge && isSparse(chart, at) },
    spanGaps: false,
  };
}

/** Few points are shown as dots: a line of one point would be invisible. */
function isSparse(chart: uPlot, at: number): boolean {
  const values = chart.data[at] ?? [];
  let count = 0;
  for (let i = 0; i < values.length && count < 3; i++) if (values[i] != null) count++;
  return count < 3;
}

/** A drag has ended, here or in a chart of the same `sync`, where it is none of this one's. */
function zoomToSelection(chart: uPlot, onzoom: (range: Range | null) => void): void {
  const { left, width } = chart.select;
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (chart.cursor.event) onzoom([chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')]);
}
