/**
 * Rule-based filters of the TRM's data (the paper: 470,331 pairs filtered before sampling). Each has a name, can be switched off, and counts what
 * it drops; a record is counted by the first filter that drops it.
 */
import { FILTER_DEFAULTS as BOUNDS, type FilterName } from '../../../shared/trm/builds.ts';
import type { Filterable } from './record.ts';

/** Bounds of the filters, in words of thinking and score units. */
export interface FilterOptions {
  readonly minWords: number;
  readonly maxWords: number;
  readonly maxDisagreement: number; // between two askings
  readonly off: readonly FilterName[];
}

export const FILTER_DEFAULTS: FilterOptions = { ...BOUNDS, off: [] };

type Drops = (record: Filterable, options: FilterOptions, seen: Set<string>) => boolean;

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;

/** Filters in the order they are applied; true drops the record. */
export const FILTERS = {
  unscored: (record) => record.score === null,
  truncated: (record) => record.truncated,
  malformed: (record) => !/<think>[\s\S]*<\/think>[\s\S]*<answer>[\s\S]*<\/answer>/.test(record.text),
  empty: (record) => words(record.thinking) === 0,
  'too-short': (record, { minWords }) => words(record.thinking) < minWords,
  'too-long': (record, { maxWords }) => words(record.thinking) > maxWords,
  duplicate: (record, _options, seen) => {
    const key = `${record.question.id}\u0000${record.thinking}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  },
  contradicting: (record, { maxDisagreement }) =>
    typeof record.scoreAgain === 'number' &&
    record.score !== null &&
    Math.abs(record.scoreAgain - record.score) > maxDisagreement + 1e-9,
} as const satisfies Record<FilterName, Drops>;

/** The flow of counts through the filters, and what is left. */
export interface Filtered<T> {
  readonly kept: T[];
  readonly reasons: readonly (FilterName | null)[]; // of each record, null where it was kept
  readonly dropped: Readonly<Record<FilterName, number>>;
}

/** Applies the filters in order. */
export function filterRecords<T extends Filterable>(
  records: readonly T[],
  options: FilterOptions = FILTER_DEFAULTS,
): Filtered<T> {
  const dropped = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, 0])) as Record<FilterName, number>;
  const seen = new Set<string>();
  const active = (Object.entries(FILTERS) as [FilterName, Drops][]).filter(([name]) => !options.off.includes(name));
  const reasons = records.map((record) => {
    const hit = active.find(([, drops]) => drops(record, options, seen))?.[0] ?? null;
    if (hit !== null) dropped[hit]++;
    return hit;
  });
  return { kept: records.filter((_, i) => reasons[i] === null), reasons, dropped };
}
