/** Ranges and ticks of a line chart's axes, as uPlot asks for them. */
import type uPlot from 'uplot';
import { middleRange } from './aggregate.ts';

/** What lies along x. */
export const X_AXES = ['step', 'wall time', 'tokens'] as const;
export type XAxis = (typeof X_AXES)[number];

/** Ticks of an axis of whole numbers. */
export const WHOLE_TICKS = [1, 2, 5]
  .flatMap((one) => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((power) => one * 10 ** power))
  .sort((a, b) => a - b);

/** Ticks of an axis of seconds: as clocks count. */
export const TIME_TICKS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800, 604800];

/** Everything there is along x; a single place gets some room. */
export function xRange(_chart: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** Room above and below; a curve that never changes lies in the middle, one that is 0 throughout at the bottom of 0 to 1. */
export function yRange(_chart: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const alike = high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)); // means of equal values differ by rounding
  if (alike) return low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, low + Math.abs(low) * 0.1];
  const room = (high - low) * 0.06;
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
}

/** As yRange, over the middle 95 % of the lines' values in view. */
export function yRangeWithoutOutliers(isLine: (series: number) => boolean) {
  return (chart: uPlot, low: number | null, high: number | null): [number, number] => {
    const [from, to] = chart.series[0]!.idxs ?? [0, chart.data[0].length - 1];
    const values = chart.data.flatMap((line, i) =>
      i > 0 && isLine(i)
        ? (line.slice(from, to + 1) as (number | null | undefined)[]).filter((one) => one != null)
        : [],
    ) as number[];
    const [least, most] = middleRange(values) ?? [low, high];
    return yRange(chart, least, most);
  };
}

/** Labels of an axis's ticks: as many decimals as tell one tick from the next, no needless zeros. A tick that is not to be labelled is null. */
export function tickLabels(ticks: readonly (number | null)[]): string[] {
  const known = ticks.filter((one) => one !== null);
  const gaps = known.slice(1).map((one, i) => Math.abs(one - known[i]!));
  const gap = Math.min(...gaps);
  return ticks.map((one) => (one === null ? '' : shortNumber(one, gaps.length === 0 ? Math.abs(one) : gap)));
}

/** A number, told apart from those that lie `gap` away from it. */
export function shortNumber(value: number, gap = 1): string {
  const size = Math.abs(value);
  const [unit, letter] = size < 1e4 ? [1, ''] : size < 1e6 ? [1e3, 'k'] : [1e6, 'M'];
  const decimals = decimalsOf(gap / unit);
  if (decimals === undefined || size >= 1e9) return value === 0 ? '0' : Number(value.toPrecision(6)).toExponential();
  return `${(value / unit || 0).toLocaleString('en', { maximumFractionDigits: decimals })}${letter}`;
}

/** Decimals that print a distance between ticks in full; undefined where they are more than six. */
function decimalsOf(gap: number): number | undefined {
  return [0, 1, 2, 3, 4, 5, 6].find((decimals) => {
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
