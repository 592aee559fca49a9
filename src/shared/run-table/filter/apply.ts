/**
 * Which runs a filter lets through. As in SQL, a comparison with a value that is missing is neither true nor false, and such a run is left out
 * by the comparison and by its opposite alike; `is missing` asks for them.
 */
import { SophiaError } from '../../errors.ts';
import type { CellValue, RunColumn, RunTableRow } from '../column.ts';
import { findColumn } from './find-column.ts';
import { type Comparison, type Filter, parseFilter } from './parse.ts';
import { filterFault, type Word } from './words.ts';

/** A filter whose names are looked up: the columns that it needs, and what it says of a run that has their values. */
export interface BoundFilter {
  readonly columns: readonly string[];
  readonly lets: (row: Pick<RunTableRow, 'values'>) => boolean;
}

/** A filter for these columns; an empty one lets all through. @throws SophiaError 'usage' with the place of what is wrong */
export function boundFilter(text: string, columns: readonly RunColumn[]): BoundFilter {
  const filter = parseFilter(text);
  if (filter === null) return { columns: [], lets: () => true };
  const used = new Set<string>();
  const test = bound(filter, (name) => {
    const column = named(columns, name);
    used.add(column.id);
    return column;
  });
  return { columns: [...used], lets: ({ values }) => test(values) === true };
}

type Values = RunTableRow['values'];
/** True, false, or null where it cannot be told. */
type Test = (values: Values) => boolean | null;

function bound(filter: Filter, columnOf: (name: Word) => RunColumn): Test {
  switch (filter.kind) {
    case 'all':
    case 'any': {
      const tests = filter.parts.map((part) => bound(part, columnOf));
      const settles = filter.kind === 'any'; // one that is true settles "or", one that is false settles "and"
      return (values) => {
        const found = tests.map((test) => test(values));
        return found.includes(settles) ? settles : found.includes(null) ? null : !settles;
      };
    }
    case 'not': {
      const test = bound(filter.part, columnOf);
      return (values) => {
        const found = test(values);
        return found === null ? null : !found;
      };
    }
    case 'missing': {
      const { id } = columnOf(filter.name);
      return (values) => (values[id] ?? null) === null;
    }
    case 'compare':
      return comparison(columnOf(filter.name), filter.by, filter.value);
    case 'in': {
      const column = columnOf(filter.name);
      const tests = filter.values.map((value) => comparison(column, '=', value));
      return (values) => {
        const found = tests.map((test) => test(values));
        return found.includes(true) ? true : found.includes(null) ? null : false;
      };
    }
  }
}

function named(columns: readonly RunColumn[], name: Word): RunColumn {
  try {
    return findColumn(columns, name.text);
  } catch (error) {
    if (!(error instanceof SophiaError)) throw error;
    throw filterFault(name.at, error.message.replace(/\.$/, ''));
  }
}

const ORDERED: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '~': () => false,
};

function comparison(column: RunColumn, by: Comparison, value: Word): Test {
  const { id } = column;
  const known =
    (test: (value: NonNullable<CellValue>) => boolean): Test =>
    (values) => {
      const own = values[id] ?? null;
      return own === null ? null : test(own);
    };
  if (by === '~') {
    const part = value.text.toLowerCase();
    return known((own) => textOf(own).toLowerCase().includes(part));
  }
  const level = levelOf(column, value);
  if (level !== null) {
    if (by !== '=' && by !== '!=') throw filterFault(value.at, `"${value.text}" has no order: use = or !=`);
    return known((own) => ((own === column.off) === (level === 'off')) === (by === '='));
  }
  const does = ORDERED[by];
  if (column.kind === 'number') {
    const wanted = numberOf(value, id);
    return known((own) => does(Number(own) - wanted));
  }
  const wanted = value.text.toLowerCase();
  if (column.kind === 'list')
    return known((own) => (own as readonly string[]).some((entry) => entry.toLowerCase() === wanted) === (by !== '!='));
  return known((own) => does(textOf(own).toLowerCase().localeCompare(wanted, 'en', { numeric: true })));
}

/** "on" and "off" of a setting that turns off; null for any other value. */
function levelOf({ kind, off }: RunColumn, { text, quoted }: Word): 'on' | 'off' | null {
  if (off === undefined || quoted) return null;
  const word = text.toLowerCase();
  if (word === 'on' || (kind === 'flag' && word === 'true')) return 'on';
  return word === 'off' || (kind === 'flag' && word === 'false') ? 'off' : null;
}

/** A number, or a share as percent: 50%. */
function numberOf({ text, at }: Word, column: string): number {
  const [, digits, percent] = /^(.*?)(%?)$/.exec(text) ?? [];
  const value = digits === undefined || digits.trim() === '' ? Number.NaN : Number(digits.replace('−', '-'));
  if (!Number.isFinite(value)) throw filterFault(at, `${column} is a number, "${text}" is not`);
  return percent === '%' ? value / 100 : value;
}

/** A value in words, as it is typed in a filter and shown where it has no format of its own. */
export function textOf(value: NonNullable<CellValue>): string {
  return Array.isArray(value) ? value.join(', ') : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
