/**
 * Means and deviations of what is logged and shown: plain sums from the left, whose bits the rows of every home have. The mean and the
 * standardDeviation of simple-statistics sum as Kahan does, which gives other last bits; its meanSimple does not.
 */
import { meanSimple } from 'simple-statistics';

/** The mean of the values that are there, null where none is. */
export function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : meanSimple(known);
}

/** The standard deviation of the values that are there, with `ddof` less than their number as divisor; null where that is not above 0. */
export function stdOf(values: readonly (number | null | undefined)[], ddof = 1): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length <= ddof) return null;
  const mean = meanSimple(known);
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - ddof));
}
