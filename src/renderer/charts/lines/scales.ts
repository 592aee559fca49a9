/** Ranges and ticks of a line chart's axes, as uPlot asks for them. */

import type uPlot from 'uplot';
import { middleRange } from '../../../shared/values/curves.ts';
import { firstOf, lastOf } from '../../../shared/values/list.ts';
import type { Limits } from './group-lines.ts';

/** What lies along x. */
export const X_AXES = ['step', 'wall time', 'tokens'] as const;
export type XAxis = (typeof X_AXES)[number];

/** Ticks of an axis of whole numbers. */
export const WHOLE_TICKS = [1, 2, 5]
  .flatMap((digit) => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((power) => digit * 10 ** power))
  .sort((a, b) => a - b);

/** Ticks of an axis of seconds: as clocks count. */
export const TIME_TICKS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800];

/** Everything there is along x; a single place gets some room. */
export function xRange(chart: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (low === high) return [low, low + 1];
  if (chart.scales.x?.distr === 3) return [low, high];
  // Less than a pixel of room, so that the scale, and with it every line that has not grown, stays as it is for some steps.
  const pixel = (high - low) / Math.max(120, chart.width);
  const grain = 2 ** Math.floor(Math.log2(pixel));
  return [low, pixel > 1 ? Math.ceil(high / grain) * grain : high];
}

/** Room above and below; a curve that never changes lies in the middle, one that is 0 throughout at the bottom of 0 to 1. */
export function yRange(_chart: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const alike = high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)); // means of equal values differ by rounding
  if (alike) return low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, low + Math.abs(low) * 0.1];
  const room = (high - low) * 0.06;
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
}

/** As yRange, without room beyond a limit that no value is beyond. */
export function yRangeWithin(limits: Limits | undefined) {
  return (chart: uPlot, low: number | null, high: number | null): [number, number] => {
    const [from, to] = yRange(chart, low, high);
    if (limits === undefined || low === null || high === null) return [from, to];
    const [least, most] = limits;
    const rounding = 1e-9 * (most - least); // a mean of values at the limit may lie beyond it by that much
    return [low >= least - rounding ? Math.max(least, from) : from, high <= most + rounding ? Math.min(most, to) : to];
  };
}

/** As yRange, over the middle 95 % of the lines' values in view. */
export function yRangeWithoutOutliers(isLine: (series: number) => boolean) {
  return (chart: uPlot, low: number | null, high: number | null): [number, number] => {
    const [from, to] = chart.series[0]?.idxs ?? [0, chart.data[0].length - 1];
    const values = chart.data.flatMap((line, i) =>
      i > 0 && isLine(i)
        ? (line.slice(from, to + 1) as (number | null | undefined)[]).filter((value) => value != null)
        : [],
    ) as number[];
    const [least, most] = middleRange(values) ?? [low, high];
    return yRange(chart, least, most);
  };
}

/**
 * As yRange, for a logarithmic axis: over what is above 0, of lines only, as the lower edge of a band may come as near to 0 as it likes.
 * Without outliers: over the middle 95 %. An edge is not moved out to the next power of ten.
 */
export function yLogRange(isLine: (series: number) => boolean, withoutOutliers: boolean) {
  return (chart: uPlot, low: number | null, high: number | null): [number, number] => {
    const [from, to] = chart.series[0]?.idxs ?? [0, chart.data[0].length - 1];
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    const kept: number[] = [];
    for (let i = 1; i < chart.data.length; i++) {
      if (!isLine(i)) continue;
      const line = chart.data[i] ?? [];
      for (let k = from; k <= to; k++) {
        const value = line[k];
        if (value == null || value <= 0) continue;
        if (withoutOutliers) kept.push(value);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (withoutOutliers) [least, most] = middleRange(kept) ?? [least, most];
    if (most <= 0) return [low !== null && low > 0 ? low : 0.1, high !== null && high > 0 ? high : 1];
    return [least / 1.15, most * 1.15];
  };
}

/** Ticks of a logarithmic axis: the whole multiples of powers of ten; where fewer than two lie in view, even distances as elsewhere. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (let m = 1; m < 10; m++) {
      const tick = Number(`${m}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  if (ticks.length > 1) return ticks;
  const rough = (high - low) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const gap = [1, 2, 5, 10].map((m) => m * size).find((candidate) => candidate >= rough) ?? 10 * size;
  const first = Math.ceil(low / gap - 1e-9);
  return Array.from({ length: Math.floor(high / gap + 1e-9) - first + 1 }, (_, i) =>
    Number(((first + i) * gap).toPrecision(12)),
  );
}

/** Which ticks of a logarithmic axis are labelled: all where they are few, then 1, 2 and 5, over many powers of ten only those. */
export function logLabelled(ticks: readonly number[]): (number | null)[] {
  if (ticks.length <= 6) return [...ticks];
  const isWide = lastOf(ticks, 'tick') / firstOf(ticks, 'tick') > 300;
  const wanted = isWide ? '1' : '125';
  return ticks.map((tick) => (wanted.includes(tick.toExponential().charAt(0)) ? tick : null));
}

/** Labels of an axis's ticks: as many decimals as tell one tick from the next, no needless zeros. A tick that is not to be labelled is null. */
export function tickLabels(ticks: readonly (number | null)[]): string[] {
  const known = ticks.filter((tick) => tick !== null);
  const gaps = known.slice(1).map((place, i) => Math.abs(place - (known[i] ?? place)));
  const gap = Math.min(...gaps);
  return ticks.map((tick) =>
    tick === null ? '' : shortNumber(tick, gaps.length === 0 ? Math.abs(tick) : gap).replaceAll('-', '−'),
  );
}

/** A number, told apart from those that lie `gap` away from it. */
function shortNumber(value: number, gap = 1): string {
  const size = Math.abs(value);
  const [unit, letter] = size < 1e4 ? [1, ''] : size < 1e6 ? [1e3, 'k'] : [1e6, 'M'];
  const decimals = decimalsOf(gap / unit);
  if (decimals === undefined || size >= 1e9) return value === 0 ? '0' : Number(value.toPrecision(6)).toExponential();
  return `${(value / unit || 0).toLocaleString('en', { maximumFractionDigits: decimals })}${letter}`;
}

/** Decimals that print a distance between ticks in full; undefined where they are more than the place beside an axis holds. */
function decimalsOf(gap: number): number | undefined {
  return [0, 1, 2, 3, 4].find((decimals) => {
    const scaled = gap * 10 ** decimals;
    return Math.round(scaled) > 0 && Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled;
  });
}

/** Seconds as an axis prints them: 45s, 3m, 1h30. */
export function shortTime(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes}m` : `${Math.floor(seconds / 60)}m${Math.round(seconds % 60)}`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)}h${rest === 0 ? '' : String(rest).padStart(2, '0')}`;
}

/** A place on an axis, as the cursor reads it. */
export function placeText(value: number, axis: XAxis): string {
  return axis === 'wall time' ? shortTime(value) : axis === 'tokens' ? `${shortNumber(value)} tokens` : `step ${value}`;
}
