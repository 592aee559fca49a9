/**
 * Which rows of which tables make a study, read from the schema itself, so that a table added by a later migration is archived without a
 * line here: a table belongs to a study when a foreign key with ON DELETE CASCADE leads to one that does; a table that such a row merely
 * names (questions, metric names) gives the rows that are named. Tables of neither kind (the full-text index) are made anew at import.
 */
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';

/** A column that names a row of another table (or of its own). */
export interface Link {
  readonly column: string;
  readonly table: string;
  readonly to: string;
}

/** One table of a study. */
export interface StudyTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Those that a row cannot be without: they may not be null and have no default. */
  readonly required: readonly string[];
  /** The INTEGER PRIMARY KEY that is given anew at import, or null. */
  readonly id: string | null;
  readonly links: readonly Link[];
  /** SQL condition that picks a study's rows; @study is its id. */
  readonly where: string;
  /** Rows shared between studies, found again by these columns; null for rows of the study's own. */
  readonly sharedBy: readonly string[] | null;
}

interface ForeignKey extends Link {
  readonly cascades: boolean;
}

/** The tables in an order in which every link leads backwards (or to the table itself). */
export function studyTables(db: Database): StudyTable[] {
  const names = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  const keys = new Map(names.map((name) => [name, foreignKeys(db, name)]));
  const own = new Map([['studies', 'id = @study']]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [name, links] of keys) {
      const up = links.find((link) => link.cascades && link.table !== name && own.has(link.table));
      if (own.has(name) || up === undefined) continue;
      own.set(name, `${up.column} IN (SELECT ${up.to} FROM ${up.table} WHERE ${own.get(up.table)})`);
      grown = true;
    }
  }
  const named = new Map<string, string[]>();
  for (const [name, where] of own)
    for (const link of keys.get(name)!)
      if (!own.has(link.table))
        named.set(link.table, [
          ...(named.get(link.table) ?? []),
          `${link.to} IN (SELECT ${link.column} FROM ${name} WHERE ${where})`,
        ]);
  const table = (name: string, where: string, sharedBy: string[] | null): StudyTable => {
    return { name, ...columnsOf(db, name), links: keys.get(name)!, where, sharedBy };
  };
  return linkedFirst([
    ...[...named].map(([name, ways]) => table(name, ways.join(' OR '), uniqueColumns(db, name))),
    ...[...own].map(([name, where]) => table(name, where, null)),
  ]);
}

function linkedFirst(tables: readonly StudyTable[]): StudyTable[] {
  const ordered: StudyTable[] = [];
  const done = new Set<string>();
  while (ordered.length < tables.length) {
    const free = tables.filter(
      (candidate) =>
        !done.has(candidate.name) && candidate.links.every(({ table }) => table === candidate.name || done.has(table)),
    );
    if (free.length === 0) throw new SophiaError('internal', 'The tables of a study name each other in a circle.');
    for (const table of free) done.add(table.name);
    ordered.push(...free);
  }
  return ordered;
}

function foreignKeys(db: Database, table: string): ForeignKey[] {
  const rows = db
    .prepare<[string], Link & { on_delete: string }>(
      'SELECT "from" AS "column", "table", "to", on_delete FROM pragma_foreign_key_list(?)',
    )
    .all(table);
  return rows.map(({ on_delete, ...link }) => ({ ...link, cascades: on_delete === 'CASCADE' }));
}

function columnsOf(db: Database, table: string): Pick<StudyTable, 'columns' | 'required' | 'id'> {
  const rows = db
    .prepare<[string], { name: string; type: string; pk: number; isNeeded: number }>(
      'SELECT name, type, pk, pk > 0 OR ("notnull" AND dflt_value IS NULL) AS isNeeded FROM pragma_table_info(?)',
    )
    .all(table);
  const key = rows.filter((row) => row.pk > 0);
  const id = key.length === 1 && key[0]!.type === 'INTEGER' ? key[0]!.name : null;
  const required = rows.filter((row) => row.isNeeded === 1).map((row) => row.name);
  return { columns: rows.map((row) => row.name), required, id };
}

/** The columns of a table's UNIQUE constraint. */
function uniqueColumns(db: Database, table: string): string[] {
  return db
    .prepare<{ table: string }, string>(
      `SELECT i.name FROM pragma_index_list(@table) l JOIN pragma_index_info(l.name) i
       WHERE l."unique" = 1 AND l.origin = 'u' AND l.seq = (SELECT min(seq) FROM pragma_index_list(@table) WHERE origin = 'u') ORDER BY i.seqno`,
    )
    .pluck()
    .all({ table });
}
