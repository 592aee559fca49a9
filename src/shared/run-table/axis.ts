/** Along what a column's values lie: on a line, on one of powers of ten, or side by side as choices. */
import type { CellValue, RunColumn } from './column.ts';
import { textOf } from './filter/apply.ts';
import { compareValues } from './order.ts';

/** A column's axis. Of choices `choices` holds each text once, in order; of numbers `low` and `high` are the ends. */
export type ValueAxis =
  | { readonly kind: 'line' | 'log'; readonly low: number; readonly high: number }
  | { readonly kind: 'choices'; readonly choices: readonly string[] };

/** Settings that were swept over this factor lie on powers of ten; 3e-4 / 3e-5 is 9.999999999999998. */
const LOG_FROM = 10;

/** The axis of a column by the values that occur; null where there is none. */
export function axisOf(
  { kind, group }: Pick<RunColumn, 'kind' | 'group'>,
  values: readonly CellValue[],
): ValueAxis | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  if (kind !== 'number') {
    const sorted = [...known].sort((a, b) => compareValues(a, b, false));
    return { kind: 'choices', choices: [...new Set(sorted.map(textOf))] };
  }
  const numbers = known.map(Number);
  const [low, high] = numbers.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  return { kind: group === 'setting' && low > 0 && high / low >= LOG_FROM * (1 - 1e-9) ? 'log' : 'line', low, high };
}

/** 1, 2 and 5 times each power of ten from `low` to `high`, both above 0. */
export function logTicks(low: number, high: number): number[] {
  const powers = Array.from(
    { length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => Math.floor(Math.log10(low)) + i,
  );
  return powers
    .flatMap((power) => [1, 2, 5].map((first) => Number(`${first}e${power}`)))
    .filter((value) => value >= low && value <= high);
}
