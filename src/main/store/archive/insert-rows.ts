/**
 * Puts the rows of an archive into a home's database, with new numbers: own rows are added, shared ones (questions, metric names) found or
 * added, every link rewritten. To be called inside a transaction, so it
 * reads and writes without a pause. A line that does not fit the schema is refused with its place.
 */
import type { Database } from 'better-sqlite3';
import { settingsSchema } from '../../../shared/settings/settings.ts';
import { canonicalJson, hashOf } from '../../../shared/study/study.ts';
import { readLines } from '../../tasks/import/read-text.ts';
import { scopeOf } from '../write/attempts.ts';
import { refused } from './manifest.ts';
import { arriving, type Row } from './portable-rows.ts';
import { nameFault } from './read-zip.ts';
import type { StudyTable } from './study-tables.ts';

/** Old number -> new number, table by table. */
export type NewIds = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** A row to insert, and where it stood. */
interface PlacedRow {
  readonly row: Row;
  readonly place: string;
}

/** Reads one table's file, checked for shape; yields its rows. */
export function* readRows(file: string, table: StudyTable, archive: string): Generator<PlacedRow> {
  let columns: string[] | undefined;
  for (const { line, text } of readLines(file)) {
    const place = `rows/${table.name}.jsonl line ${line}`;
    const values = valuesOf(text, archive, place);
    if (columns === undefined) {
      columns = values.map(String);
      const unknown = columns.find((name) => !table.columns.includes(name));
      if (unknown !== undefined) throw refused(archive, `${place}: there is no column "${unknown}"`);
      continue;
    }
    if (values.length !== columns.length)
      throw refused(archive, `${place}: ${values.length} values for ${columns.length} columns`);
    const row = Object.fromEntries(columns.map((name, i) => [name, values[i]!]));
    const why = faultOf(table.name, row);
    if (why !== null) throw refused(archive, `${place}: ${why}`);
    yield { row, place };
  }
  if (columns === undefined) throw refused(archive, `rows/${table.name}.jsonl is empty`);
}

/** What a program would stumble over later, or null. */
function faultOf(table: string, row: Row): string | null {
  if (table === 'checkpoints') return nameFault(String(row.path));
  if (table !== 'runs' || row.settings === '{}') return null; // a run from another program's log has no settings
  try {
    const settings: unknown = JSON.parse(String(row.settings));
    const read = settingsSchema.safeParse(settings);
    if (!read.success) return `settings: ${read.error.issues[0]!.path.join('.')}: ${read.error.issues[0]!.message}`;
    return hashOf(canonicalJson(settings)) === row.config_hash ? null : 'config_hash is not the hash of the settings';
  } catch (error) {
    return `settings: ${(error as Error).message}`;
  }
}

function valuesOf(text: string, archive: string, place: string): (string | number | null)[] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw refused(archive, `${place}: ${(error as Error).message}`);
  }
  const plain = (one: unknown) => one === null || typeof one === 'string' || typeof one === 'number';
  if (Array.isArray(values) && values.every(plain)) return values;
  throw refused(archive, `${place} is no list of texts, numbers and nulls`);
}

/** Inserts rows of one table after another; `finish` returns the new numbers. */
export function rowInserter(db: Database, archive: string) {
  const ids = new Map<string, Map<number, number>>();
  const studyOf = db.prepare('SELECT study_id FROM runs WHERE id = ?').pluck();
  const insertWords = db.prepare('INSERT INTO response_words (rowid, text, scope) VALUES (?, ?, ?)');
  const taken = {
    studies: db.prepare('SELECT 1 FROM studies WHERE name = ?'),
    runs: db.prepare('SELECT 1 FROM runs WHERE name = ?'),
  };

  function freeName(table: 'studies' | 'runs', name: string): string {
    if (taken[table].get(name) === undefined) return name;
    for (let i = 2; ; i++) if (taken[table].get(`${name}-${i}`) === undefined) return `${name}-${i}`;
  }

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
              .prepare(
                `SELECT ${table.id} FROM ${table.name} WHERE ${table.sharedBy.map((name) => `${name} IS ?`).join(' AND ')}`,
              )
              .pluck();
      const insert = (row: Row): number => {
        const columns = Object.keys(row);
        const key = columns.join();
        const values = columns.map(() => '?').join(', ');
        if (!statements.has(key))
          statements.set(
            key,
            db.prepare(`INSERT INTO ${table.name} (${columns.map((name) => `"${name}"`)}) VALUES (${values})`),
          );
        return Number(statements.get(key)!.run(Object.values(row)).lastInsertRowid);
      };
      return ({ row: source, place }) => {
        const row = arriving(table.name, relinked(table, source, place));
        const old = table.id === null ? null : Number(row[table.id]);
        if (table.id !== null) delete row[table.id];
        if (table.name === 'studies' || table.name === 'runs') row.name = freeName(table.name, String(row.name));
        try {
          const shared = find?.get((table.sharedBy ?? []).map((name) => row[name])) as number | undefined;
          const id = shared ?? insert(row);
          if (old !== null) known.set(old, id);
          if (table.name === 'responses')
            insertWords.run(id, row.text, scopeOf(Number(row.run_id), studyOf.get(row.run_id) as number));
        } catch (error) {
          if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
          throw refused(archive, `${place}: ${(error as Error).message}`, error);
        }
      };
    },
    ids: ids as NewIds,
  };
}
