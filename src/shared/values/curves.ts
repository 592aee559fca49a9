/**
 * Curves of several seeds as one: mean and band at each step, over exactly the runs given. What is drawn or hidden never changes a
 * group's numbers. Plain arrays, no drawing.
 */

import { meanSimple, quantile } from 'simple-statistics';
import { entryAt } from './list.ts';
import { stdOf } from './means.ts';
import { halfInterval95 } from './student-t.ts';

/**
 * Points of one run: equal lengths, rising steps, null where a value does not apply. `x`: where each step lies on another axis than
 * the steps (seconds since the start, tokens so far). `total`: how many points there are where only some are given.
 */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  readonly x?: readonly (number | null)[];
  readonly total?: number;
  /** How many questions each value is a share of: its band is then the interval of that share. */
  readonly questions?: readonly number[];
}

/** How far a mean's band reaches. */
export const BANDS = ['std', 'stderr', '95 %', 'quartiles', 'min–max', 'none'] as const;
/** A name of BANDS. */
export type Band = (typeof BANDS)[number];

/** What can be chosen: `auto` is the standard deviation, and quartiles where many groups share a chart. */
export const BAND_CHOICES = ['auto', ...BANDS] as const;
/** A name of BAND_CHOICES. */
export type BandChoice = (typeof BAND_CHOICES)[number];
/** From as many groups on, filled bands would lie upon each other: their edges are thin lines. */
export const MANY_BANDS = 4;

/** The band of a chart of so many groups. */
export function bandOf(choice: BandChoice, groups: number): Band {
  return choice !== 'auto' ? choice : groups >= MANY_BANDS ? 'quartiles' : 'std';
}

/**
 * Several curves as one. `n` counts the runs that have a value at the step; `x`, which rises, is the step, or the runs' mean place on
 * another axis.
 */
export interface GroupCurve {
  readonly x: number[];
  readonly steps: number[];
  readonly mean: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
  readonly n: number[];
}

/** Mean and band at every step that any curve has. With one run at a step there is no spread, so no band. */
export function groupCurve(curves: readonly Curve[], band: Band): GroupCurve {
  const [only] = curves;
  if (only !== undefined && curves.length === 1 && only.x === undefined && only.questions === undefined)
    return asGroup(only);
  const cursors = curves.map((curve) => ({ curve, at: 0 }));
  const out: GroupCurve = { x: [], steps: [], mean: [], low: [], high: [], n: [] };
  const isMoved = curves.some((curve) => curve.x !== undefined);
  for (const step of unionOfSteps(curves)) {
    const values: number[] = [];
    const places: number[] = [];
    const questions: number[] = [];
    for (const cursor of cursors) {
      const { curve } = cursor;
      while ((curve.steps[cursor.at] ?? Number.POSITIVE_INFINITY) < step) cursor.at++;
      if (curve.steps[cursor.at] !== step) continue;
      const value = curve.values[cursor.at];
      if (value !== null && value !== undefined) {
        values.push(value);
        questions.push(curve.questions?.[cursor.at] ?? 0);
      }
      const place = curve.x?.[cursor.at];
      if (place !== null && place !== undefined) places.push(place);
    }
    if (isMoved && places.length === 0) continue; // nobody knows where this step lies
    const asked = Math.min(...questions);
    const isShare = band !== 'none' && values.length > 0 && asked > 0;
    const { mean, low, high } = isShare ? shareInterval(meanSimple(values), asked) : spread(values, band);
    out.x.push(isMoved ? meanSimple(places) : step);
    out.steps.push(step);
    out.mean.push(mean);
    out.low.push(low);
    out.high.push(high);
    out.n.push(values.length);
  }
  return isMoved ? inOrder(out) : out;
}

/** Points by their place: runs that are not all as long can put a later step before an earlier one. */
function inOrder(curve: GroupCurve): GroupCurve {
  if (curve.x.every((x, i) => i === 0 || (curve.x[i - 1] ?? x) < x)) return curve;
  const order = [...new Map(curve.x.map((x, i) => [x, i]))].sort(([a], [b]) => a - b).map(([, i]) => i);
  const sorted = <T>(values: readonly T[]): T[] => order.map((i) => entryAt(values, i, 'point'));
  const { x, steps, mean, low, high, n } = curve;
  return { x: sorted(x), steps: sorted(steps), mean: sorted(mean), low: sorted(low), high: sorted(high), n: sorted(n) };
}

/** A curve by itself is its own mean and has no band. */
function asGroup({ steps, values }: Curve): GroupCurve {
  const none = values.map(() => null);
  const n = values.map((value) => (value === null ? 0 : 1));
  return { x: [...steps], steps: [...steps], mean: [...values], low: none, high: none, n };
}

function spread(
  values: readonly number[],
  band: Band,
): { mean: number | null; low: number | null; high: number | null } {
  const n = values.length;
  if (n === 0) return { mean: null, low: null, high: null };
  const mean = meanSimple(values);
  if (n === 1 || band === 'none') return { mean, low: null, high: null };
  if (band === 'min–max') return { mean, low: Math.min(...values), high: Math.max(...values) };
  if (band === 'quartiles') return { mean, low: quantile(values, 0.25), high: quantile(values, 0.75) };
  const std = stdOf(values) ?? 0;
  const half = band === 'std' ? std : band === 'stderr' ? std / Math.sqrt(n) : halfInterval95(std, n);
  return { mean, low: mean - half, high: mean + half };
}

const Z95 = 1.959964;

/**
 * The 95 % interval of a share over questions (Wilson's, which stays within 0 and 1): as far as these questions may mislead about all that could
 * be asked. Every seed answers the same questions, so more seeds do not narrow it.
 */
export function shareInterval(mean: number, questions: number): { mean: number; low: number; high: number } {
  const shrink = 1 + Z95 ** 2 / questions;
  const middle = (mean + Z95 ** 2 / (2 * questions)) / shrink;
  const half = (Z95 / shrink) * Math.sqrt((mean * (1 - mean)) / questions + Z95 ** 2 / (4 * questions ** 2));
  return { mean, low: Math.max(0, Math.min(mean, middle - half)), high: Math.min(1, Math.max(mean, middle + half)) };
}

/** Rising, each step once. */
export function unionOfSteps(curves: readonly Pick<Curve, 'steps'>[]): number[] {
  const first = curves[0]?.steps ?? [];
  if (curves.every((curve) => curve.steps.length === first.length && curve.steps.every((step, i) => step === first[i])))
    return [...first];
  return [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
}

/**
 * Exponential moving average without start-up bias: weight `factor` (0 to under 1) on what came before. Nulls stay null and weigh
 * nothing.
 */
export function smooth(values: readonly (number | null)[], factor: number): (number | null)[] {
  if (factor <= 0) return [...values];
  let last = 0;
  let missing = 1; // the weight of what came before the first value
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    last = last * factor + (1 - factor) * value;
    missing *= factor;
    return last / (1 - missing);
  });
}

/** How many points of the curves are at hand, and how many there are. */
export function pointCounts(curves: readonly Curve[]): { readonly drawn: number; readonly total: number } {
  const drawn = curves.reduce((sum, curve) => sum + curve.steps.length, 0);
  return { drawn, total: curves.reduce((sum, curve) => sum + Math.max(curve.total ?? 0, curve.steps.length), 0) };
}

/** How many points of a curve lie between two places of x, both included. */
export function pointsIn({ steps, x }: Curve, [from, to]: readonly [number, number]): number {
  const places: readonly (number | null)[] = x ?? steps;
  let n = 0;
  for (const place of places) if (place !== null && place >= from && place <= to) n++;
  return n;
}

/** The range that the middle 95 % of the values lie in: what a chart shows where outliers are ignored; null without values. */
export function middleRange(values: readonly number[]): readonly [number, number] | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => entryAt(sorted, Math.round(share * (sorted.length - 1)), 'value');
  return [at(0.025), at(0.975)];
}
