/**
 * Numbered additive migrations: migrations/0001-name.sql and on, each in one transaction. PRAGMA user_version is the last one applied.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { entryOf } from '../../model/io/path-names.ts';

/** One migration file. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Marks a SQLite file as ours ("Soph"). */
const APPLICATION_ID = 0x536f7068;

/** The migrations, in order; a gap in the numbers throws. */
export function readMigrations(folder = migrationsFolder()): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort();
  return files.map((file, i) => {
    if (Number(file.slice(0, 4)) !== i + 1)
      throw new SophiaError('internal', `Migration ${file} is out of order in ${folder}.`);
    return { number: i + 1, name: file.replace(/\.sql$/, ''), sql: readFileSync(entryOf(folder, file), 'utf8') };
  });
}

/** The folder of migrations: the nearest `migrations` above this file (or, packed, beside the program's resources). */
export function migrationsFolder(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const folder = join(at, 'migrations');
    if (existsSync(join(folder, '0001-first-tables.sql'))) return folder;
    if (dirname(at) === at)
      throw new SophiaError('environment', 'The folder migrations/ is missing.', 'Install again.');
  }
}

/** The database's schema number. */
export function schemaNumber(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Refuses a database that is not ours or was made by a newer version. */
export function checkSchema(db: Database, migrations: readonly Migration[], file: string): void {
  const number = schemaNumber(db);
  const id = db.pragma('application_id', { simple: true }) as number;
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  if (id !== APPLICATION_ID && (number !== 0 || tables > 0))
    throw new SophiaError('data', `${file} is not a Sophia Lab database.`, 'Choose another home with --home.');
  if (number > migrations.length)
    throw new SophiaError(
      'conflict',
      `The home's database ${file} was made by a newer version (schema ${number}, this version knows ${migrations.length}).`,
      'Update Sophia Lab or choose another home with --home.',
    );
}

/** Applies what is missing, each migration whole or not at all. `before` is called once if there is data to lose. */
export function migrate(db: Database, migrations: readonly Migration[], before: () => void = () => {}): void {
  const from = schemaNumber(db);
  if (from >= migrations.length) return;
  if (from > 0) before();
  for (const migration of migrations.slice(from)) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.number}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    }).immediate();
  }
}
