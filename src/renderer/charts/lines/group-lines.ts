/**
 * The lines of one group, and where they lie on the x that it shares with others. Both are kept for as long as they hold: of a hundred runs
 * in a chart, those that have not grown since it was last drawn cost nothing.
 */

import { type CurveEnd, curveEnd } from '../../../shared/values/curve-end.ts';
import { type Band, type Curve, type GroupCurve, groupCurve, smooth } from '../../../shared/values/curves.ts';

/** A value at each place of x: null is a gap in the line, undefined a place that only other lines have. */
export type LineValues = (number | null | undefined)[];

interface Line {
  readonly kind: 'high' | 'low' | 'raw' | 'line';
  readonly points: readonly (number | null)[];
  /** The points at their places on x. */
  values: LineValues;
}

/** What is made of a group's curves. */
export interface GroupLines {
  readonly curve: GroupCurve;
  readonly end: CurveEnd;
  readonly lines: readonly Line[];
  /** The place on x of each point, for the x of `places`. */
  at: readonly number[];
  places: object | undefined;
}

/** The least and the most that values can be; a band does not leave them where its mean does not. */
export type Limits = readonly [number, number];

interface Options {
  readonly band: Band;
  readonly smoothing: number;
  readonly limits?: Limits | undefined;
}

/** By a group's first curve; a curve that grows is another object. */
const known = new WeakMap<Curve, GroupLines & Options & { readonly curves: readonly Curve[] }>();

/** A group's mean, the edges of its band, and the raw line where it is smoothed; not placed yet. */
export function groupLines(curves: readonly Curve[], { band, smoothing, limits }: Options): GroupLines {
  const [first] = curves;
  const before = first && known.get(first);
  if (
    before?.band === band &&
    before.smoothing === smoothing &&
    before.limits === limits &&
    isAlike(before.curves, curves)
  )
    return before;
  const curve = limits === undefined ? groupCurve(curves, band) : within(groupCurve(curves, band), limits);
  const line = (kind: Line['kind'], points: readonly (number | null)[]): Line => ({ kind, points, values: [] });
  const lines: Line[] = [];
  if (curve.high.some((value) => value !== null)) {
    lines.push(line('high', smooth(curve.high, smoothing)), line('low', smooth(curve.low, smoothing)));
  }
  if (smoothing > 0) lines.push(line('raw', curve.mean));
  lines.push(line('line', smooth(curve.mean, smoothing)));
  const made = { curve, end: curveEnd(curves), lines, at: [], places: undefined, band, smoothing, limits, curves };
  if (first !== undefined) known.set(first, made);
  return made;
}

/** Puts the lines onto an x that has all of their places; does nothing where they lie on these `places` already. */
export function placeLines(made: GroupLines, x: readonly number[], places: object): void {
  if (made.places === places) return;
  made.places = places;
  made.at = positions(made.curve.x, x);
  for (const line of made.lines) line.values = placed(line.points, made.at);
}

/** The band cut at the limits: a standard deviation beside a share of 1 would go beyond it. */
function within(curve: GroupCurve, [least, most]: Limits): GroupCurve {
  const cut = (edge: number | null, i: number, end: (mean: number, edge: number) => number): number | null => {
    const mean = curve.mean[i];
    return edge === null || mean == null ? edge : end(mean, edge);
  };
  return {
    ...curve,
    low: curve.low.map((edge, i) => cut(edge, i, (mean, low) => (mean >= least ? Math.max(least, low) : low))),
    high: curve.high.map((edge, i) => cut(edge, i, (mean, high) => (mean <= most ? Math.min(most, high) : high))),
  };
}

function isAlike(a: readonly Curve[], b: readonly Curve[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Where each of `part` stands in `all`, which has them all; both rise. */
function positions(part: readonly number[], all: readonly number[]): number[] {
  let i = 0;
  return part.map((place) => {
    while ((all[i] ?? Number.POSITIVE_INFINITY) < place) i++;
    return i;
  });
}

/** Up to the last point: nothing comes after it. */
function placed(points: readonly (number | null)[], at: readonly number[]): LineValues {
  const values: LineValues = new Array<undefined>((at.at(-1) ?? -1) + 1).fill(undefined);
  at.forEach((place, i) => {
    values[place] = points[i];
  });
  return values;
}
