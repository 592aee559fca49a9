/**
 * An archive's rows put into a database a slice at a time: first into one of their own, where they are tried, then into the home's. Between the slices the
 * process answers others, and others write.
 */
import Database from 'better-sqlite3';
import { inside } from '../../model/io/path-names.ts';
import { defineExactAnswer } from '../exact-on-reading.ts';
import { migrate, readMigrations } from '../open/migrate.ts';
import { runQueries } from '../read/run-queries.ts';
import type { Row } from '../schema/check-row.ts';
import { inSlices } from '../write/slices/in-slices.ts';
import { type NewIds, readRows, rowInserter } from './insert-rows.ts';
import { ROWS, refused } from './manifest.ts';
import type { StudyTable } from './study-tables.ts';

/** The rows of an unpacked archive: a file per table, in an order in which every link leads backwards. */
export interface ArchivedRows {
  readonly archive: string; // for messages
  readonly folder: string;
  readonly tables: readonly StudyTable[];
}

/**
 * Puts the rows into a new database file, by the same steps as into the home's, and looks at what they say together. @throws SophiaError 'data' where a row, or
 * the whole by `faultOf`, is not what an archive holds
 */
export async function tryRows(
  file: string,
  rows: ArchivedRows,
  faultOf: (ids: NewIds, runs: ReturnType<typeof runQueries>) => string | null,
): Promise<void> {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = OFF'); // it is thrown away, whatever happens
    db.pragma('synchronous = OFF');
    migrate(db, readMigrations());
    db.pragma('foreign_keys = ON');
    defineExactAnswer(db);
    const inserter = rowInserter(db, rows.archive);
    await inSlices(db, inserting(rows, inserter));
    const studies = inserter.ids.get('studies')?.size ?? 0;
    if (studies !== 1) throw refused(rows.archive, 'it does not hold exactly one study');
    const why = faultOf(inserter.ids, runQueries(db));
    if (why !== null) throw refused(rows.archive, why);
  } finally {
    db.close();
  }
}

/** Puts the rows in; `onStudy` is called in the transaction in which the study's row goes in. Returns the new numbers. */
export async function insertSliced(
  db: Database.Database,
  rows: ArchivedRows,
  onStudy: (id: number, row: Row) => void,
): Promise<NewIds> {
  const inserter = rowInserter(db, rows.archive, onStudy);
  await inSlices(db, inserting(rows, inserter));
  return inserter.ids;
}

/** Puts one row in at each step. */
function* inserting({ archive, folder, tables }: ArchivedRows, inserter: ReturnType<typeof rowInserter>) {
  for (const table of tables) {
    const put = inserter.table(table);
    for (const placed of readRows(inside(folder, `${ROWS}${table.name}.jsonl`), table, archive)) yield put(placed);
  }
}
