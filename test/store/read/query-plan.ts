/** A database migrated so far, and the plan of a query on it. */
import Database from 'better-sqlite3';
import { migrate, readMigrations } from '../../../src/main/store/open/migrate.ts';

/** The plan of a query, one line per step. */
export function plan(db: Database.Database, sql: string): string {
  const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1]!, 1]));
  return (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(named) as { detail: string }[])
    .map((row) => row.detail)
    .join('\n');
}

/** A database in memory with the first migrations, or with all. */
export function databaseAt(upTo?: number): Database.Database {
  const db = new Database(':memory:');
  migrate(db, readMigrations().slice(0, upTo));
  return db;
}
