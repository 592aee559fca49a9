/** From groups of curves to what a chart draws: one shared x, a line per group, its band, and the raw line where it is smoothed. */

import type { CurveEnd } from '../../../shared/values/curve-end.ts';
import { type Band, type Curve, type GroupCurve, MANY_BANDS } from '../../../shared/values/curves.ts';
import { zip } from '../../../shared/values/list.ts';
import { groupLines, type Limits, type LineValues, placeLines } from './group-lines.ts';

/** One series of a chart. `band` marks the edges of a filled area, always `high` and then `low`. */
export interface ChartLine {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[] | undefined;
  readonly bold?: boolean;
  readonly faint?: boolean;
  readonly band?: 'high' | 'low';
  /** A thin line where a band ends, in place of a filled area. */
  readonly edge?: boolean;
  readonly hidden?: boolean;
  readonly values: LineValues;
  /** The places that it has values at, rising. */
  readonly at: readonly number[];
}

/** Curves to be drawn as one: a variant's seeds, or a single run. The reference of a comparison is bold and on top. */
export interface CurveGroup {
  readonly label: string;
  readonly colour: string;
  readonly dash?: number[];
  readonly hidden?: boolean;
  readonly reference?: boolean;
  readonly curves: readonly Curve[];
}

/** One group as the legend reads it: every point of it, by its place on x. */
export interface DrawnGroup {
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly hidden: boolean;
  readonly reference: boolean;
  readonly curve: GroupCurve;
  /** Its last steps, over runs. */
  readonly end: CurveEnd;
}

export interface DrawnChart {
  readonly x: number[];
  /** The step that lies at each place of x. */
  readonly steps: (number | undefined)[];
  /** Their values end with their own last point, before x does. */
  readonly lines: ChartLine[];
  readonly groups: readonly DrawnGroup[];
  /** The same from chart to chart for as long as x only grows at its end, so that what was placed stays where it is. */
  readonly places: object;
}

/** Everything a chart needs, from exact points. Given what it drew `before`, only groups that have changed are computed. */
export function drawGroups(
  groups: readonly CurveGroup[],
  options: { readonly band: Band; readonly smoothing: number; readonly limits?: Limits | undefined },
  before?: DrawnChart,
): DrawnChart {
  const made = groups.map((group) => groupLines(group.curves, options));
  const x = placesOf(made.map(({ curve }) => curve));
  const places = before !== undefined && startsWith(x, before.x) ? before.places : {};
  const steps = new Array<number | undefined>(x.length);
  const drawn = zip(groups, made).map(([group, own]) => {
    const { label, colour, dash = [], hidden = false, reference = false } = group;
    placeLines(own, x, places);
    own.at.forEach((place, p) => {
      steps[place] = own.curve.steps[p];
    });
    return { own, drawn: { label, colour, dash, hidden, reference, curve: own.curve, end: own.end } };
  });
  const inFront = [...drawn].sort((a, b) => Number(a.drawn.reference) - Number(b.drawn.reference));
  const banded = drawn.filter(({ own, drawn }) => !drawn.hidden && own.lines.some(({ kind }) => kind === 'high'));
  const isThin = banded.length >= MANY_BANDS;
  const lines = inFront.flatMap(({ own, drawn: { label, colour, dash, hidden, reference } }) => {
    const look = { colour, hidden, at: own.at, dash: [...dash], bold: reference };
    // The raw line of one among many is chance drawn upon the lines of the others.
    const shown = own.lines.filter(({ kind }) => !(isThin && kind === 'raw'));
    return shown.map(({ kind, values }): ChartLine => {
      if (kind === 'high' || kind === 'low') {
        const edge = isThin ? { edge: true } : { band: kind };
        return { ...look, ...edge, label: `${label}, ${kind === 'high' ? 'upper' : 'lower'} edge`, values };
      }
      return kind === 'raw' ? { ...look, label: `${label}, raw`, faint: true, values } : { ...look, label, values };
    });
  });
  return { x, steps, lines, groups: drawn.map((group) => group.drawn), places };
}

/** Every place that any curve has, rising: merged one by one, which for a hundred curves is far quicker than sorting all of their places. */
function placesOf(curves: readonly GroupCurve[]): number[] {
  return curves.reduce<number[]>((all, { x }) => (isWithin(x, all) ? all : merged(all, x)), []);
}

function isWithin(part: readonly number[], all: readonly number[]): boolean {
  let i = 0;
  for (let k = 0; k < part.length; k++, i++) {
    while ((all[i] ?? Number.POSITIVE_INFINITY) < (part[k] ?? 0)) i++;
    if (all[i] !== part[k]) return false;
  }
  return true;
}

function merged(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[k] ?? Number.POSITIVE_INFINITY);
    if (a[i] === next) i++;
    if (b[k] === next) k++;
    out.push(next);
  }
  return out;
}

function startsWith(all: readonly number[], start: readonly number[]): boolean {
  return start.length <= all.length && start.every((value, i) => value === all[i]);
}

/** The last point of a rising list that is at or before a place; -1 where all are after it. */
export function lastAt(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? place) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
