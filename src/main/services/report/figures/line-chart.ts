/** A chart of curves as SVG: mean of each series, its spread, names at the lines' ends. Pure: from numbers to markup. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { shortNames } from '../../../../shared/text/short-names.ts';
import type { GroupCurve } from '../../../../shared/values/curves.ts';
import { html, type Markup } from '../html.ts';
import { dashOf, type Look } from './look.ts';

/** One line: `index` is its place among the study's variants, which gives its colour and dash. */
export interface ChartSeries {
  readonly label: string;
  readonly index: number;
  readonly isReference: boolean;
  readonly curve: GroupCurve;
}

/** A chart. Shares are drawn in percent. */
export interface LineChart {
  readonly name: string; // of its file
  readonly title: string;
  readonly unit: string | null;
  readonly isShare: boolean;
  readonly limits?: readonly [number, number] | null; // what its values can be, of shares 0 to 1: no band goes beyond
  readonly withPoints: boolean; // few points, each as measured
  readonly series: readonly ChartSeries[];
}

const SIZE = { width: 640, height: 280 } as const;
const EDGE = { left: 46, right: 128, top: 14, bottom: 34 } as const;
/** Pixels between two names at the lines' ends. */
const LABEL_GAP = 13;
/** From so many series on, bands laid over one another tell nothing: their edges are thin lines. */
const MOST_BANDS = 3;

interface Point {
  readonly x: number;
  readonly y: number | null;
}

const pointsOf = ({ x }: GroupCurve, values: readonly (number | null)[]): Point[] =>
  x.map((at, i) => ({ x: at, y: values[i] ?? null }));

/** Draws it. */
export function lineChart(chart: LineChart, look: Look): Markup {
  const { width, height } = SIZE;
  const factor = chart.isShare ? 100 : 1;
  const known = chart.series.filter(({ curve }) => curve.mean.some((value) => value !== null));
  const [least, most] = chart.limits ?? (chart.isShare ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const clamp = (value: number | null) => (value === null ? null : Math.min(most, Math.max(least, value)));
  const all = known.flatMap(({ curve }) => [...curve.mean, ...curve.low, ...curve.high].flatMap((v) => clamp(v) ?? []));
  const steps = known.flatMap(({ curve }) => curve.x);
  const [first, last] = [Math.min(...steps, 0), Math.max(...steps, 1)];
  const x = scaleLinear([first, last], [EDGE.left, width - EDGE.right]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = high > low ? 0 : Math.abs(high) * 0.05 || 0.5;
  const y = scaleLinear([(low - room) * factor, (high + room) * factor], [height - EDGE.bottom, EDGE.top]).nice(5);
  const [bottom = 0, top = 1] = y.domain();
  y.domain([Math.max(least * factor, bottom), Math.min(most * factor, top)]);
  const yOf = (value: number) => y((clamp(value) ?? 0) * factor);
  const path = line<Point>(
    (point) => x(point.x),
    (point) => yOf(point.y ?? 0),
  )
    .defined((point) => point.y !== null)
    .digits(1);
  const ticks = y.ticks(5);
  const format = y.tickFormat(5);
  const steady = x.ticks(6).filter((tick) => Number.isInteger(tick));
  const drawn = known.map((series) => {
    const { curve, index } = series;
    const colour = look.series(index);
    const stroke = `fill:none;stroke:${colour};stroke-width:${series.isReference ? 2.4 : 1.6}`;
    return html`<g>${spread(series, colour)}<path d="${path(pointsOf(curve, curve.mean)) ?? ''}" style="${stroke}" stroke-dasharray="${dashOf(index)}"><title>${series.label}</title></path>${
      chart.withPoints &&
      pointsOf(curve, curve.mean).map(
        ({ x: at, y: value }) =>
          value !== null &&
          html`<circle cx="${x(at).toFixed(1)}" cy="${yOf(value).toFixed(1)}" r="2" style="fill:${colour}"/>`,
      )
    }</g>`;
  });
  function spread({ curve }: ChartSeries, colour: string): Markup | null {
    if (curve.low.every((value) => value === null)) return null;
    if (known.length <= MOST_BANDS) {
      const band = area<number>(
        (i) => x(curve.x[i] ?? 0),
        (i) => yOf(curve.low[i] ?? 0),
        (i) => yOf(curve.high[i] ?? 0),
      )
        .defined((i) => curve.low[i] !== null)
        .digits(1);
      return html`<path d="${band([...curve.x.keys()]) ?? ''}" style="fill:${colour};fill-opacity:0.14"/>`;
    }
    const edge = `fill:none;stroke:${colour};stroke-width:0.6;stroke-opacity:0.45`;
    return html`${[curve.low, curve.high].map((values) => html`<path d="${path(pointsOf(curve, values)) ?? ''}" style="${edge}"/>`)}`;
  }
  const label = `${chart.title}: ${known.map((series) => series.label).join(', ')}`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}" style="${look.font === null ? null : html`font-family:${look.font};`}font-size:11px">
<g style="stroke:${look.line};stroke-width:1">${ticks.map((tick) => html`<line x1="${EDGE.left}" x2="${width - EDGE.right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" style="stroke-opacity:0.5"/>`)}<line x1="${EDGE.left}" x2="${width - EDGE.right}" y1="${height - EDGE.bottom}" y2="${height - EDGE.bottom}"/></g>
<g style="fill:${look.faint}" text-anchor="end">${ticks.map((tick) => html`<text x="${EDGE.left - 6}" y="${(y(tick) + 4).toFixed(1)}">${format(tick)}</text>`)}</g>
<g style="fill:${look.faint}" text-anchor="middle">${steady.map((tick) => html`<text x="${x(tick).toFixed(1)}" y="${height - EDGE.bottom + 15}">${tick}</text>`)}<text x="${(width - EDGE.right + EDGE.left) / 2}" y="${height - 4}">training step</text></g>
${drawn}
<g style="fill:${look.ink}">${endLabels(known, yOf).map(({ series, name, at }) => html`<text x="${width - EDGE.right + 7}" y="${(at + 4).toFixed(1)}" style="fill:${look.series(series.index)};font-weight:${series.isReference ? 600 : 400}"><title>${series.label}</title>${name}</text>`)}</g>
</svg>`;
}

/** Where each name stands: beside the line's last point, moved apart where two would lie on one another. */
function endLabels(series: readonly ChartSeries[], yOf: (value: number) => number) {
  const short = shortNames(
    series.map(({ label }) => label),
    20,
  );
  const placed = series
    .map((one, i) => ({
      series: one,
      name: short[i] ?? one.label,
      at: yOf(one.curve.mean.findLast((value) => value !== null) ?? 0),
    }))
    .sort((a, b) => a.at - b.at);
  let free = Number.NEGATIVE_INFINITY;
  for (const one of placed) {
    one.at = Math.max(one.at, free);
    free = one.at + LABEL_GAP;
  }
  free = SIZE.height - EDGE.bottom;
  for (const one of placed.toReversed()) {
    one.at = Math.min(one.at, free);
    free = one.at - LABEL_GAP;
  }
  return placed;
}
