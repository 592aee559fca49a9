/**
 * The kinds of columns that tables are declared of (tables.ts): each knows its type in SQL, the type of its values here, and what a value
 * must be. A row of somebody else's archive is held against them before it is written; row types are made of them.
 */
import { z } from 'zod';
import { bytesOfBase64 } from '../../../shared/run/token-values.ts';
import { hasOrders } from '../../../shared/text/plain-text.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';

const ROUNDING = 1e-6;

/** What SQLite gives and takes here. */
export type Value = string | number | null;

/** JSON text whose value has the type T. */
export type Json<T> = string & { readonly json?: T };

/** How a column's values are read in rows: flags become true and false, JSON its value. */
export type Reading = 'as it is' | 'flag' | 'json';

/** A column: what SQLite holds in it (null included where it may be), and what that is read as. */
export interface Column<Stored extends Value = Value, Read = Stored, R extends Reading = Reading> {
  readonly sql: 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB';
  readonly isNullable: boolean;
  readonly reads: R;
  /** The values of a CHECK in the table, where it has one. */
  readonly values?: readonly string[];
  /** Why a value other than null cannot stand here, in words that follow "is", or null. */
  readonly fault: (value: string | number) => string | null;
  /** Of JSON: whether a value can be worked with at all; what stands for one that cannot, where there is such a thing. */
  readonly isSound?: (value: unknown) => boolean;
  readonly otherwise?: unknown;
  /** Of JSON that nothing can stand for: what its row is called, "Run". */
  readonly neededBy?: string;
  readonly stored?: Stored; // no values: they carry the types
  readonly read?: Read;
}
/** Any column. */
// biome-ignore lint/suspicious/noExplicitAny: whatever it holds
export type AnyColumn = Column<any, any>;

/** The same column with null where a value does not apply or could not be had. */
export function orNull<S extends Value, R, K extends Reading>(column: Column<S, R, K>): Column<S | null, R | null, K> {
  return { ...column, isNullable: true, otherwise: column.otherwise ?? null } as Column<S | null, R | null, K>;
}

/** Why a value cannot stand in a column, in words that follow the column's name, or null. */
export function faultIn(column: AnyColumn, value: Value): string | null {
  if (value === null) return column.isNullable ? null : 'is missing';
  const why = column.fault(value);
  return why === null ? null : `${shortened(value)} is ${why}`;
}

/** A column whose values are read as they are. */
type Plain<T extends Value> = Column<T, T, 'as it is'>;

function column<T extends Value>(sql: Column['sql'], fault: Column['fault'], values?: readonly string[]): Plain<T> {
  return { sql, isNullable: false, reads: 'as it is', fault, ...(values !== undefined && { values }) };
}

/** Whole numbers from `low` to `high`. */
export const int = (low: number, high: number): Plain<number> =>
  column('INTEGER', (value) =>
    Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high
      ? null
      : `no whole number from ${low} to ${high}`,
  );

/** Numbers of a row, from 1: its own or another's. */
export const id = (): Plain<number> => int(1, Number.MAX_SAFE_INTEGER);
/** A step of a run. */
export const step = (): Plain<number> => int(0, LIMITS.step);
/** Something counted. */
export const count = (high: number = LIMITS.count): Plain<number> => int(0, high);

/** A moment, ms since 1970. */
export const time = (): Plain<number> =>
  column('INTEGER', (value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.time
      ? null
      : 'no time between 1970 and 9999 in ms',
  );

/** 0 or 1, read as false and true. */
export const flag = (): Column<number, boolean, 'flag'> => ({
  ...{ sql: 'INTEGER', isNullable: false, reads: 'flag' },
  fault: (value) => (value === 0 || value === 1 ? null : 'neither 0 nor 1'),
});

/** Finite numbers from `low` to `high`. */
export const real = (low = -Number.MAX_VALUE, high = Number.MAX_VALUE): Plain<number> =>
  column('REAL', (value) =>
    typeof value === 'number' && value >= low && value <= high
      ? null
      : high === Number.MAX_VALUE
        ? 'no finite number'
        : `no number from ${low} to ${high}`,
  );

/** A share or a score from 0 to 1; a mean of them may miss an end by rounding. */
export const share = (): Plain<number> =>
  column('REAL', (value) =>
    typeof value === 'number' && value >= -ROUNDING && value <= 1 + ROUNDING ? null : 'no number from 0 to 1',
  );

/** A text of at most `most` characters, whatever they are: what a model or a user wrote. */
export const text = (most: number): Plain<string> =>
  column('TEXT', (value) =>
    typeof value !== 'string' ? 'no text' : value.length > most ? `longer than ${most} characters` : null,
  );

/**
 * Bytes, of a form in which `faultOf` finds no fault. Rows of an archive are JSON: there they stand as base64, and so do they here.
 */
export const bytes = (most: number, faultOf: (bytes: Uint8Array) => string | null): Plain<string> =>
  column('BLOB', (value) => {
    if (typeof value !== 'string') return 'no base64';
    if (value.length > most) return `longer than ${most} characters`;
    const read = bytesOfBase64(value);
    return read === null ? 'no base64' : faultOf(read);
  });

/** A name on one line: not empty, no control characters. */
export const label = (most: number = LIMITS.label): Plain<string> =>
  column('TEXT', (value) =>
    typeof value === 'string' && value !== '' && value.length <= most && !hasOrders(value) && !value.includes('\n')
      ? null
      : `no name of 1 to ${most} characters on one line`,
  );

/** A name that follows a rule, which `holds` tells in words. */
export const named = (rule: RegExp, holds: string): Plain<string> =>
  column('TEXT', (value) => (typeof value === 'string' && rule.test(value) ? null : `no name: ${holds}`));

/** One of some texts; `isChecked` where the table's CHECK says so too. */
export const oneOf = <T extends string>(values: readonly T[], isChecked = false): Plain<T> =>
  column(
    'TEXT',
    (value) => (values.some((allowed) => allowed === value) ? null : `not one of ${values.join(', ')}`),
    isChecked ? values : undefined,
  );

/**
 * JSON of a shape. Rows that lie in the database are read more leniently than an archive's are checked: a value is sound where `isSound`
 * says so (by default: an object, or a list where the shape is one); for one that is not stands `otherwise` (in a column that may be null:
 * null), or it is an error that names who needs it.
 */
export const json = <S extends z.ZodType>(
  shape: S,
  more: Pick<Column, 'isSound' | 'neededBy'> & { readonly otherwise?: z.infer<S> },
): Column<Json<z.infer<S>>, z.infer<S>, 'json'> => ({
  ...{ sql: 'TEXT', isNullable: false, reads: 'json' },
  isSound: shape instanceof z.ZodArray ? Array.isArray : isObject,
  ...more,
  fault: (value) => jsonFault(shape, value),
});

/** True for an object that is no list. */
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why a text is not the JSON of a shape, in words that follow "is", or null. */
export function jsonFault(shape: z.ZodType, value: Value): string | null {
  if (typeof value !== 'string') return 'no text';
  if (value.length > LIMITS.json) return `longer than ${LIMITS.json} characters`;
  const data = parsedJson(value);
  if (data === undefined) return 'no JSON';
  const read = shape.safeParse(data);
  if (read.success) return null;
  const { path, message } = read.error.issues[0] ?? { path: [], message: 'another shape' };
  return `not what it should be (${[...path, message].join(': ')})`;
}

function shortened(value: string | number): string {
  const shown = JSON.stringify(value);
  return shown.length <= 60 ? shown : `${shown.slice(0, 60)}…`;
}
