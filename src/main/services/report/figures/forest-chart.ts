/** Effects as a forest plot: an interval and a mark per contrast, the difference at each seed as a small dot beneath, zero as an upright. */
import { scaleLinear } from 'd3-scale';
import { shortNames } from '../../../../shared/text/short-names.ts';
import { html, type Markup } from '../html.ts';
import type { Look } from './look.ts';

/** One row; values in the unit of the axis. */
export interface ForestRow {
  readonly label: string;
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly perSeed: readonly number[];
  readonly said: string; // "+18.4 [+12.0, +24.8]"
}

/** A plot of one measure. */
export interface ForestChart {
  readonly name: string; // of its file
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly ForestRow[];
}

const WIDTH = 640;
const ROW = 26;
const EDGE = { left: 190, right: 150, top: 6, bottom: 34 } as const;

/** Draws it. */
export function forestChart({ title, unit, rows }: ForestChart, look: Look): Markup {
  const height = EDGE.top + rows.length * ROW + EDGE.bottom;
  const ends = rows.flatMap(({ difference, low, high, perSeed }) => [
    difference,
    low ?? difference,
    high ?? difference,
    ...perSeed,
  ]);
  const reach = [Math.min(0, ...ends), Math.max(0, ...ends)] as const;
  const x = scaleLinear(reach[0] === reach[1] ? [-1, 1] : reach, [EDGE.left, WIDTH - EDGE.right]).nice(5);
  const format = x.tickFormat(5);
  const bottom = height - EDGE.bottom;
  const at = (value: number) => x(value).toFixed(1);
  const short = shortNames(
    rows.map(({ label }) => label),
    30,
  );
  const shown = rows.map((row, i) => {
    const middle = EDGE.top + i * ROW + ROW / 2 - 3;
    const { low, high, difference } = row;
    return html`<g><title>${row.label}: ${row.said}</title>
<text x="${EDGE.left - 10}" y="${middle + 4}" text-anchor="end" style="fill:${look.ink}">${short[i] ?? row.label}</text>
${low !== null && high !== null && high > low && html`<line x1="${at(low)}" x2="${at(high)}" y1="${middle}" y2="${middle}" style="stroke:${look.ink};stroke-width:2"/>`}
<rect x="${(x(difference) - 3.5).toFixed(1)}" y="${middle - 3.5}" width="7" height="7" style="fill:${look.series(0)}"/>
${row.perSeed.map((value) => html`<circle cx="${at(value)}" cy="${middle + 9}" r="1.8" style="fill:${look.faint}"/>`)}
<text x="${WIDTH - EDGE.right + 10}" y="${middle + 4}" style="fill:${look.ink}">${row.said}</text></g>`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}: ${rows.map(({ label, said }) => `${label} ${said}`).join('; ')}" style="${look.font === null ? null : html`font-family:${look.font};`}font-size:11px">
<g style="stroke:${look.line}">${x.ticks(5).map((tick) => html`<line x1="${at(tick)}" x2="${at(tick)}" y1="${EDGE.top}" y2="${bottom}" style="stroke-opacity:0.5"/>`)}<line x1="${at(0)}" x2="${at(0)}" y1="${EDGE.top}" y2="${bottom}" style="stroke:${look.faint};stroke-width:1.2"/></g>
${shown}
<g style="fill:${look.faint}" text-anchor="middle">${x.ticks(5).map((tick) => html`<text x="${at(tick)}" y="${bottom + 14}">${format(tick)}</text>`)}<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${height - 4}">${title}, ${unit}</text></g>
</svg>`;
}
