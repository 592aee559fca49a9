/**
 * Ordinary least squares of a target on several columns, by the singular values of the columns, each centred and scaled to standard deviation 1.
 * Columns that depend on one another linearly are told apart: what each of them does cannot be told, the others' coefficients stand.
 */
/// <reference path="./jstat.d.ts" />
import jStat from 'jstat';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { meanOf, stdOf } from '../../../shared/values/means.ts';

/** A fit. Lists are by column. */
export interface LeastSquares {
  /** Of the column as it is given, in the target's unit; null where the columns do not settle it. */
  readonly coefficients: readonly (number | null)[];
  /** Half of each coefficient's 95 % interval (Student's t with `df`); null without degrees of freedom, too. */
  readonly halves: readonly (number | null)[];
  /** Share of the target's variance that the columns explain. */
  readonly rSquared: number;
  /** Degrees of freedom that are left: rows - 1 - independent columns. */
  readonly df: number;
}

/** Singular values below this share of the largest are none. */
const NO_VALUE = 1e-9;
/** How much of a column may lie along what the columns do not settle. */
const NO_PART = 1e-8;

/** Fits `target` [N] to an intercept and `columns` [P][N], none of them constant; null where the target is, or has fewer than 3 values. */
export function leastSquares(columns: readonly (readonly number[])[], target: readonly number[]): LeastSquares | null {
  const rows = target.length;
  const [mean, std] = [meanOf(target) ?? 0, stdOf(target, 0) ?? 0];
  if (rows < 3 || std === 0 || columns.length === 0) return null;
  const spreads = columns.map((column) => stdOf(column, 0) ?? 0);
  const scaled = columns.map((column, c) => {
    const middle = meanOf(column) ?? 0;
    return column.map((value) => (value - middle) / (spreads[c] ?? 1));
  });
  const x = new Matrix(scaled).transpose(); // [N, P]
  const svd = new SingularValueDecomposition(x, { autoTranspose: true });
  const values = svd.diagonal;
  const kept = values.map((value) => value > NO_VALUE * Math.max(...values));
  const rank = kept.filter(Boolean).length;
  const [u, v] = [svd.leftSingularVectors, svd.rightSingularVectors]; // [N, K], [P, K]
  const y = target.map((value) => value - mean);
  /** Coordinates of the target along the kept directions, over their singular values. */
  const along = values.map((value, k) => (kept[k] ? y.reduce((sum, one, i) => sum + one * u.get(i, k), 0) / value : 0));
  const overDirections = (c: number, of: (part: number, k: number) => number) =>
    values.reduce((sum, _, k) => (kept[k] ? sum + of(v.get(c, k), k) : sum), 0);
  const slopes = columns.map((_, c) => overDirections(c, (part, k) => part * (along[k] ?? 0)));
  const isSettled = columns.map((_, c) => 1 - overDirections(c, (part) => part ** 2) < NO_PART);
  const residuals = y.map((value, i) => value - slopes.reduce((sum, slope, c) => sum + slope * x.get(i, c), 0));
  const left = residuals.reduce((sum, value) => sum + value ** 2, 0);
  const df = rows - 1 - rank;
  const t = df > 0 ? jStat.studentt.inv(0.975, df) : null;
  const halves = columns.map((_, c) => {
    if (t === null || !isSettled[c]) return null;
    const spread = overDirections(c, (part, k) => (part / (values[k] ?? 1)) ** 2);
    return (t * Math.sqrt((left / df) * spread)) / (spreads[c] ?? 1);
  });
  return {
    coefficients: slopes.map((slope, c) => (isSettled[c] ? slope / (spreads[c] ?? 1) : null)),
    halves,
    rSquared: 1 - left / (rows * std ** 2),
    df,
  };
}
