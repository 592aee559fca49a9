/**
 * SELECTs whose rows have types. What is selected is a list of columns of the declared tables (tables.ts); from it come the SQL, the type of
 * the rows and how they are read: snake_case becomes camelCase, 0 and 1 of a flag false and true, JSON its value. A name that no table has does
 * not compile. Why neither Kysely nor Drizzle: they build whole queries, and most of ours (skips along an index, full-text search,
 * json_each) would be raw SQL in them, with types by hand again. Statements that map nothing take better-sqlite3's own type parameters
 * with StoredRow.
 */
import type { Database } from 'better-sqlite3';
import type { AnyColumn, Column, Value } from './column.ts';
import { type Damage, damageLine, readColumn } from './read-json.ts';
import { TABLES, type TableName } from './tables.ts';

type Tables = typeof TABLES;

/** A table's row as SQLite gives it. */
export type StoredRow<T extends TableName> = {
  readonly [C in keyof Tables[T]]: Tables[T][C] extends Column<infer Stored, infer _, infer _K> ? Stored : never;
};

/** What may be bound to a statement: values in order, or by name. */
export type Bound = Value | Readonly<Record<string, Value>>;

/** Tables of a query by their short names. */
type From = Readonly<Record<string, TableName>>;

/** A column of one of them, `r.study_id`, maybe under another name, `s.name AS study`. */
type Listed<F extends From> = {
  [A in keyof F & string]: `${A}.${keyof Tables[F[A]] & string}` | `${A}.${keyof Tables[F[A]] & string} AS ${string}`;
}[keyof F & string];

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type NameOf<I extends string> = I extends `${string} AS ${infer Name}`
  ? Name
  : I extends `${string}.${infer C}`
    ? Camel<C>
    : never;
type PlaceOf<I extends string> = I extends `${infer Place} AS ${string}` ? Place : I;
type ColumnOf<F extends From, P extends string> = P extends `${infer A}.${infer C}`
  ? A extends keyof F
    ? C extends keyof Tables[F[A]]
      ? Tables[F[A]][C]
      : never
    : never
  : never;

/** What a column's values are read as. */
export type Read<C> = C extends Column<infer _Stored, infer R, infer _K> ? R : never;
type KindOf<C> = C extends Column<infer _Stored, infer _R, infer K> ? K : never;

/** An SQL expression in place of a column, read as one. */
export interface Computed<C extends AnyColumn = AnyColumn> {
  readonly sql: string;
  readonly column: C;
}
type Expressions = Readonly<Record<string, Computed>>;

/** An SQL expression that is read as such a column. */
export const computed = <C extends AnyColumn>(column: C, sql: string): Computed<C> => ({ sql, column });

/** Rows that hold JSON say what of it could not be read. */
interface Damaged {
  /** One line where a value of the row in the database cannot be read. */
  readonly damage: string | null;
}
type KindsOf<F extends From, L extends readonly string[], X extends Expressions> =
  | KindOf<ColumnOf<F, PlaceOf<L[number]>>>
  | KindOf<X[keyof X]['column']>;

type RowOf<F extends From, L extends readonly string[], X extends Expressions> = {
  readonly [I in L[number] as NameOf<I>]: Read<ColumnOf<F, PlaceOf<I>>>;
} & { readonly [K in keyof X]: Read<X[K]['column']> } & ('json' extends KindsOf<F, L, X> ? Damaged : unknown);

/** What a query selects, and how its rows are read. */
export interface Selection<Row> {
  readonly list: string;
  /** Turns a row as SQLite gives it into what it is read as, in place. */
  readonly read: ((row: Record<string, unknown>) => void) | null;
  readonly row?: Row; // no value: it carries Row
}
/** The rows of a selection. */
export type Selected<S> = S extends Selection<infer Row> ? { readonly [K in keyof Row]: Row[K] } : never;

/**
 * Selects columns of tables, and expressions.
 *
 * @example
 * const RUN = select({ r: 'runs', s: 'studies' }, ['r.id', 's.name AS study', 'r.colour_index', 'r.pinned']);
 * query(db, RUN, 'FROM runs r JOIN studies s ON s.id = r.study_id').all(); // { id, study, colourIndex, pinned: boolean }[]
 */
export function select<
  const F extends From,
  const L extends readonly Listed<F>[],
  X extends Expressions = Record<never, never>,
>(from: F, listed: L, expressions?: X): Selection<RowOf<F, L, X>> {
  const parts: { readonly name: string; readonly sql: string; readonly column: AnyColumn }[] = listed.map((item) => {
    const [place = '', as] = item.split(' AS ');
    const [alias = '', column = ''] = place.split('.');
    const found = (TABLES[from[alias] as TableName] as Readonly<Record<string, AnyColumn>>)[column];
    if (found === undefined) throw new TypeError(`There is no column ${place}.`);
    return { name: as ?? camel(column), sql: place, column: found };
  });
  for (const [name, { sql, column }] of Object.entries(expressions ?? {})) parts.push({ name, sql, column });
  const flags = parts.filter(({ column }) => column.reads === 'flag').map(({ name }) => name);
  const json = parts.filter(({ column }) => column.reads === 'json');
  return {
    list: parts.map(({ name, sql }) => `${sql} AS "${name}"`).join(', '),
    read:
      flags.length + json.length === 0
        ? null
        : (row) => {
            for (const name of flags) row[name] = row[name] === null ? null : row[name] === 1;
            if (json.length === 0) return;
            const damage: Damage = [];
            for (const { name, column } of json) row[name] = readColumn(column, name, row, damage);
            row.damage = damageLine(damage);
          },
  };
}

/** A prepared SELECT. */
export interface Query<Row> {
  all(...bound: readonly Bound[]): Row[];
  get(...bound: readonly Bound[]): Row | undefined;
}

/** Prepares a selection with what follows it: FROM and on. */
export function query<Row>(db: Database, { list, read }: Selection<Row>, rest: string): Query<Row> {
  const statement = db.prepare<Bound[], Record<string, unknown>>(`SELECT ${list} ${rest}`);
  // Here rows get their type: the selection made both the list and Row.
  return {
    all(...bound) {
      const rows = statement.all(...bound);
      if (read !== null) for (const row of rows) read(row);
      return rows as Row[];
    },
    get(...bound) {
      const row = statement.get(...bound);
      if (row !== undefined) read?.(row);
      return row as Row | undefined;
    },
  };
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
