/**
 * Puts the rows of an archive into a home's database, with new numbers: own rows are added, shared ones (questions, metric names) found or
 * added, every link rewritten. To be called inside transactions. A line that does not fit the schema is refused with its place.
 */
import type { Database } from 'better-sqlite3';
import { LIMITS } from '../../../shared/values/limits.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import { readLines } from '../../tasks/import/read-text.ts';
import { type Row, rowCheck } from '../schema/check-row.ts';
import type { AnyColumn, Value } from '../schema/column.ts';
import { TABLES } from '../schema/tables.ts';
import { scopeOf } from '../write/attempts.ts';
import { freeName } from '../write/names/free-name.ts';
import { refused } from './manifest.ts';
import { arriving, asNow, nowNamed } from './portable-rows.ts';
import type { StudyTable } from './study-tables.ts';

/** Old number -> new number, table by table. */
export type NewIds = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** A row to insert, and where it stood. */
interface PlacedRow {
  readonly row: Row;
  readonly place: string;
}

/** The longest row: its texts and JSON values, each character at most six bytes of JSON. */
const MOST_LINE_BYTES = 2 * 6 * (LIMITS.response + LIMITS.json);

/** Reads one table's file, checked for shape; yields its rows. */
export function* readRows(file: string, table: StudyTable, archive: string): Generator<PlacedRow> {
  let columns: string[] | undefined;
  const faultOf = rowCheck(table.name);
  for (const { line, text } of readLines(file, MOST_LINE_BYTES)) {
    const place = `rows/${table.name}.jsonl line ${line}`;
    const values = valuesOf(text, archive, place);
    if (columns === undefined) {
      const names = values.map((name) => nowNamed(table.name, String(name)));
      const unknown = names.find((name) => !table.columns.includes(name));
      if (unknown !== undefined) throw refused(archive, `${place}: column "${unknown}" is unknown`);
      const lacking = table.required.find((name) => !names.includes(name));
      if (lacking !== undefined) throw refused(archive, `${place}: column "${lacking}" is missing`);
      if (new Set(names).size < names.length) throw refused(archive, `${place}: a column is named twice`);
      columns = names;
      continue;
    }
    if (values.length !== columns.length)
      throw refused(archive, `${place}: ${values.length} values for ${columns.length} columns`);
    const row = asNow(table.name, Object.fromEntries(columns.map((name, i) => [name, values[i]!])));
    const why = faultOf(row);
    if (why !== null) throw refused(archive, `${place}: ${why}`);
    yield { row, place };
  }
  if (columns === undefined) throw refused(archive, `rows/${table.name}.jsonl is empty`);
}

function valuesOf(text: string, archive: string, place: string): (string | number | null)[] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw refused(archive, `${place}: ${(error as Error).message}`);
  }
  const plain = (value: unknown) => value === null || typeof value === 'string' || typeof value === 'number';
  if (Array.isArray(values) && values.every(plain)) return values;
  throw refused(archive, `${place} is not a list of texts, numbers and nulls`);
}

/** Inserts rows of one table after another; `onStudy` is told of a study's row once it is in. */
export function rowInserter(db: Database, archive: string, onStudy: (id: number, row: Row) => void = () => {}) {
  const ids = new Map<string, Map<number, number>>();
  const studyOf = db.prepare<[Value | undefined], number>('SELECT study_id FROM runs WHERE id = ?').pluck();
  const insertWords = db.prepare('INSERT INTO response_words (rowid, text, scope) VALUES (?, ?, ?)');
  const taken = {
    studies: db.prepare('SELECT 1 FROM studies WHERE name = ?'),
    runs: db.prepare('SELECT 1 FROM runs WHERE name = ?'),
  };

  const freeNameIn = (table: 'studies' | 'runs', name: string): string =>
    freeName(name, (candidate) => taken[table].get(candidate) !== undefined);

  function relinked(table: StudyTable, row: Row, place: string): Row {
    const out = { ...row };
    for (const { column, table: target } of table.links) {
      const old = row[column];
      if (old == null) continue;
      const id = ids.get(target)?.get(Number(old));
      if (id === undefined) throw refused(archive, `${place}: ${column} ${old} is not in ${target}`);
      out[column] = id;
    }
    return out;
  }

  return {
    /** The inserter of one table. */
    table(table: StudyTable): (placed: PlacedRow) => void {
      const known = new Map<number, number>();
      ids.set(table.name, known);
      const statements = new Map<string, ReturnType<typeof db.prepare>>();
      const find =
        table.sharedBy === null
          ? null
          : db
              .prepare<(Value | undefined)[], number>(
                `SELECT ${table.id} FROM ${table.name} WHERE ${table.sharedBy.map((name) => `${name} IS ?`).join(' AND ')}`,
              )
              .pluck();
      /** Columns whose bytes an archive holds as base64. */
      const binary = new Set(
        Object.entries((TABLES as Record<string, Record<string, AnyColumn>>)[table.name] ?? {}).flatMap(
          ([name, { sql }]) => (sql === 'BLOB' ? [name] : []),
        ),
      );
      const insert = (row: Row): number => {
        const columns = Object.keys(row);
        const statement = getOrMake(statements, columns.join(), () => {
          const values = columns.map(() => '?').join(', ');
          return db.prepare(`INSERT INTO ${table.name} (${columns.map((name) => `"${name}"`)}) VALUES (${values})`);
        });
        const values = columns.map((name) => (binary.has(name) ? Buffer.from(String(row[name]), 'base64') : row[name]));
        return Number(statement.run(values).lastInsertRowid);
      };
      return ({ row: source, place }) => {
        const row = arriving(table.name, relinked(table, source, place));
        const old = table.id === null ? null : Number(row[table.id]);
        if (old !== null && known.has(old)) throw refused(archive, `${place}: ${table.id} ${old} appears twice`);
        if (table.id !== null) delete row[table.id];
        if (table.name === 'studies' || table.name === 'runs') row.name = freeNameIn(table.name, String(row.name));
        try {
          const shared = find?.get(...(table.sharedBy ?? []).map((name) => row[name]));
          const id = shared ?? insert(row);
          if (old !== null) known.set(old, id);
          if (table.name === 'studies') onStudy(id, row);
          if (table.name === 'responses')
            insertWords.run(id, row.text, scopeOf(Number(row.run_id), studyOf.get(row.run_id) ?? 0));
        } catch (error) {
          if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
          throw refused(archive, `${place}: ${(error as Error).message}`, error);
        }
      };
    },
    ids: ids as NewIds,
  };
}
