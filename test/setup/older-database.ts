/** A database as the version before the last migration would have it. */
import Database from 'better-sqlite3';
import { migrate, readMigrations } from '../../src/main/store/open/migrate.ts';

/** Writes it to a new file; words for the search are left out. */
export function writeOlder(from: string, to: string): void {
  const db = new Database(to);
  migrate(db, readMigrations().slice(0, -1));
  db.pragma('foreign_keys = OFF');
  db.prepare('ATTACH ? AS now').run(from);
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'response_words%'",
    )
    .pluck()
    .all();
  for (const table of tables) {
    const columns = (schema: string) =>
      db.prepare<[string, string], string>('SELECT name FROM pragma_table_info(?, ?)').pluck().all(table, schema);
    const common = columns('now')
      .filter((name) => columns('main').includes(name))
      .map((name) => `"${name}"`)
      .join(', ');
    db.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} (${common}) SELECT ${common} FROM now.${table}`);
  }
  db.close();
}
