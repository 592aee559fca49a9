/** What the checks of golden files share: fields of a case, and how far values are apart. */
import { SophiaError } from '../../src/shared/errors.ts';

/** The largest difference of a case and which of its values it is in. */
export interface Difference {
  readonly difference: number;
  readonly what: string;
}

/** Checks the cases of one file; `note` is added to the file's line. */
export interface Checker {
  readonly note: string;
  readonly check: (golden: unknown) => Difference | Promise<Difference>;
}

/** A case's field; throws when it is missing. */
export function field<T>(golden: unknown, name: string): T {
  const value = (golden as Record<string, unknown>)[name];
  if (value === undefined) throw new SophiaError('data', `field ${name} is missing.`);
  return value as T;
}

export function worst(differences: readonly Difference[]): Difference {
  return differences.reduce((a, b) => (b.difference > a.difference || Number.isNaN(b.difference) ? b : a));
}

/** The largest absolute difference of two lists of numbers and nulls; Infinity where one has no number and the other has. */
export function compare(what: string, got: readonly (number | null)[], want: readonly (number | null)[]): Difference {
  if (!Array.isArray(want) || got.length !== want.length) return { what, difference: Number.POSITIVE_INFINITY };
  const gaps = got.map((value, i) => {
    const expected = want[i]!;
    if (value === null || expected === null) return value === expected ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(value - expected);
  });
  return { what, difference: gaps.some(Number.isNaN) ? Number.NaN : Math.max(0, ...gaps) };
}

/** The largest difference relative to the largest entry of what is wanted, or to `scale` where that is larger. */
export function relative(what: string, got: readonly number[], want: readonly number[], scale = 0): Difference {
  const { difference } = compare(what, got, want);
  const size = Math.max(scale, largest(want));
  return { what, difference: size > 0 ? difference / size : difference };
}

export function largest(values: readonly number[]): number {
  return Math.max(0, ...values.map(Math.abs));
}
