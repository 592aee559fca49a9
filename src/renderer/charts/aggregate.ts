/**
 * Curves of several seeds as one: mean and band at each step, over exactly the runs given. What is drawn or hidden never changes a
 * group's numbers. Also smoothing. Plain arrays, no drawing.
 */

/** Points of one run: equal lengths, rising steps, null where a value does not apply. */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

export const BANDS = ['std', 'stderr', '95 %', 'min–max', 'none'] as const;
export type Band = (typeof BANDS)[number];

/** Several curves as one. `n` counts the runs that have a value at the step. */
export interface GroupCurve {
  readonly steps: number[];
  readonly mean: (number | null)[];
  readonly low: (number | null)[];
  readonly high: (number | null)[];
  readonly n: number[];
}

/** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Mean and band at every step that any curve has. With one run at a step there is no spread, so no band. */
export function groupCurve(curves: readonly Curve[], band: Band): GroupCurve {
  const steps = unionOfSteps(curves);
  const at = curves.map(() => 0);
  const out: GroupCurve = { steps, mean: [], low: [], high: [], n: [] };
  for (const step of steps) {
    const values: number[] = [];
    for (const [i, curve] of curves.entries()) {
      while (at[i]! < curve.steps.length && curve.steps[at[i]!]! < step) at[i]!++;
      const value = curve.steps[at[i]!] === step ? curve.values[at[i]!] : null;
      if (value !== null && value !== undefined) values.push(value);
    }
    const { mean, low, high } = spread(values, band);
    out.mean.push(mean);
    out.low.push(low);
    out.high.push(high);
    out.n.push(values.length);
  }
  return out;
}

function spread(
  values: readonly number[],
  band: Band,
): { mean: number | null; low: number | null; high: number | null } {
  const n = values.length;
  if (n === 0) return { mean: null, low: null, high: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1 || band === 'none') return { mean, low: null, high: null };
  if (band === 'min–max') return { mean, low: Math.min(...values), high: Math.max(...values) };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = band === 'std' ? std : (std / Math.sqrt(n)) * (band === 'stderr' ? 1 : (T95[n - 2] ?? 1.96));
  return { mean, low: mean - half, high: mean + half };
}

/** Rising, each step once. */
export function unionOfSteps(curves: readonly Curve[]): number[] {
  const first = curves[0]?.steps ?? [];
  if (curves.every((curve) => curve.steps.length === first.length && curve.steps.every((step, i) => step === first[i])))
    return [...first];
  return [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
}

/** Values of a curve at the given steps, null where it has none. */
export function valuesAt(curve: Curve, steps: readonly number[]): (number | null)[] {
  const known = new Map(curve.steps.map((step, i) => [step, curve.values[i]!]));
  return steps.map((step) => known.get(step) ?? null);
}

/**
 * Exponential moving average without start-up bias: weight `factor` (0 to under 1) on what came before. Nulls stay null and weigh
 * nothing.
 */
export function smooth(values: readonly (number | null)[], factor: number): (number | null)[] {
  if (factor <= 0) return [...values];
  let last = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    last = last * factor + (1 - factor) * value;
    seen++;
    return last / (1 - factor ** seen);
  });
}
