/**
 * Opens the SQLite file of a home: pragmas, checks, migrations with a backup before. Every failure is one clear line.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { rememberHome } from '../../model/home/home-marks.ts';
import { isWritable, refuseIrregular } from '../../model/io/local-path.ts';
import { backupNow } from '../backup/backup.ts';
import { defineExactAnswer } from '../exact-on-reading.ts';
import { showAbandoned } from './abandoned.ts';
import type { HomePaths } from './home.ts';
import { checkHost, homeOwner, lockHome } from './lock.ts';
import { checkSchema, type Migration, migrate, readMigrations, schemaNumber } from './migrate.ts';
import { networkFileSystem } from './network-file-system.ts';
import { copyToRead, olderAndReadOnly, refuseUnreadable } from './only-read.ts';
import { corruptDatabase, guarded, notWritable } from './store-errors.ts';

/** An open database and what to do at its end. */
export interface OpenedDatabase {
  readonly db: Database.Database;
  readonly warnings: readonly string[];
  close(): void;
}

/** Largest database that is checked in full at opening after a crash; SQLite itself survives crashes, this finds failing disks. */
const CHECKED_BYTES = 512 * 2 ** 20;
const BUSY_MS = 5000;
/** Where an engine and a process of its own write: how long one waits for the other's transaction, such as a whole data set. */
const SHARED_BUSY_MS = 60_000;

/** Opens for writing: takes the home's lock, checks after a crash, migrates. */
export function openForWriting(paths: HomePaths, migrations = readMigrations()): OpenedDatabase {
  return guarded(paths, () => {
    makeHome(paths);
    const lock = lockHome(paths);
    let db: Database.Database | undefined;
    try {
      const warnings: string[] = [];
      const network = networkFileSystem(paths.home);
      if (network !== null)
        warnings.push(
          `The home ${paths.home} is on a network file system (${network}), where SQLite may lose data. Use a local disk.`,
        );
      const hasLog = (statSync(`${paths.database}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
      // A log that is still there was left by a crash, or is not this database's own.
      warnings.push(...lookFirst(paths, migrations, !lock.wasClosedCleanly || hasLog));
      db = new Database(paths.database, { timeout: BUSY_MS });
      setUp(db, paths);
      migrate(db, migrations, () => backupNow(db!, paths, 'migration'));
      const forget = rememberHome(paths.home);
      const free = () => {
        lock.release();
        forget();
      };
      return { db, warnings, close: () => closeDatabase(db!, free) };
    } catch (error) {
      db?.close();
      lock.release();
      throw error;
    }
  });
}

/**
 * Opens for writing beside the engine that has the home and has started this process (`host`: its id). SQLite lets one write at a time, the
 * other waits; migrations, checks and abandoned work are the host's affair.
 */
export function openAsGuest(paths: HomePaths, host: number, migrations = readMigrations()): OpenedDatabase {
  return guarded(paths, () => {
    checkHost(paths, host);
    const db = new Database(paths.database, { timeout: SHARED_BUSY_MS, fileMustExist: true });
    try {
      setUp(db, paths);
      checkSchema(db, migrations, paths.database);
      const forget = rememberHome(paths.home);
      const close = () => {
        db.close();
        forget();
      };
      return { db, warnings: [], close };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** While `isShared`, a write waits as long as a guest's may take. */
export function shareWriting(db: Database.Database, isShared: boolean): void {
  db.pragma(`busy_timeout = ${isShared ? SHARED_BUSY_MS : BUSY_MS}`);
}

/**
 * Opens for reading only, also beside a running engine. A home of an older version that nobody holds is brought up to date first; work
 * whose process is gone is shown as such.
 */
export function openForReading(paths: HomePaths, migrations = readMigrations()): OpenedDatabase {
  refuseUnreadable(paths);
  if (!existsSync(paths.database))
    throw new SophiaError(
      'usage',
      `There is no Sophia Lab database in ${paths.home}.`,
      'Name the home with --home or SOPHIA_HOME.',
    );
  return guarded(paths, () => {
    const owner = homeOwner(paths);
    const copy = owner === null && !isWritable(paths.home) ? copyToRead(paths) : null;
    const file = copy?.file ?? paths.database;
    let db = readable(file);
    const close = () => {
      db.close();
      copy?.remove();
    };
    try {
      checkSchema(db, migrations, paths.database);
      if (schemaNumber(db) < migrations.length) {
        if (owner !== null) throw olderEngine(paths, owner);
        if (copy !== null) throw olderAndReadOnly(paths);
        db.close();
        openForWriting(paths, migrations).close();
        db = readable(file);
      }
      if (owner === null) showAbandoned(db);
      return { db, warnings: [], close };
    } catch (error) {
      close();
      throw error;
    }
  });
}

function readable(file: string): Database.Database {
  refuseIrregular(file);
  const db = new Database(file, { timeout: BUSY_MS, readonly: true });
  defineExactAnswer(db);
  return db;
}

/** A home is its owner's: nobody else reads its settings, its logs, its questions. Made part by part: Node's own way hangs below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another engine, started in the same moment, made it
  }
}

/** A database of no bytes beside folders of runs is no new home: something has emptied it. */
function refuseEmptied(paths: HomePaths): void {
  refuseIrregular(paths.database);
  if (statSync(paths.database, { throwIfNoEntry: false })?.size !== 0 || !existsSync(paths.runs)) return;
  const runs = readdirSync(paths.runs).filter((name) => /^\d+$/.test(name)).length;
  if (runs > 0) throw corruptDatabase(paths, `it is empty, though runs/ holds ${runs}`);
}

function makeHome(paths: HomePaths): void {
  makeFolder(paths.home);
  refuseEmptied(paths);
  accessSync(paths.home, constants.W_OK);
  if (!statSync(paths.home).isDirectory()) throw notWritable(paths);
}

function setUp(db: Database.Database, paths: HomePaths): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal')
    throw new SophiaError(
      'environment',
      `The disk of ${paths.home} cannot hold a SQLite write-ahead log.`,
      'Use a local disk.',
    );
  defineExactAnswer(db);
  db.pragma('synchronous = FULL');
  if (process.platform === 'darwin') db.pragma('fullfsync = 1');
  db.pragma('foreign_keys = ON');
  db.pragma('cache_size = -65536');
  db.pragma('temp_store = MEMORY');
  // What the log grew to while a snapshot was held is given back: so much is what it has between two checkpoints.
  db.pragma('journal_size_limit = 4194304');
}

/**
 * What is refused is not written to: whose database it is, and after a crash whether it is sound, is seen on a connection that only reads. One that writes would
 * put the log, whosever it is, into the database when it closes. Returns warnings.
 */
function lookFirst(paths: HomePaths, migrations: readonly Migration[], isAfterCrash: boolean): string[] {
  if ((statSync(paths.database, { throwIfNoEntry: false })?.size ?? 0) === 0) return [];
  const db = new Database(paths.database, { timeout: BUSY_MS, readonly: true });
  try {
    checkSchema(db, migrations, paths.database);
    return isAfterCrash ? checkAfterCrash(db, paths) : [];
  } finally {
    db.close();
  }
}

function checkAfterCrash(db: Database.Database, paths: HomePaths): string[] {
  if (statSync(paths.database).size > CHECKED_BYTES)
    return [
      'The last engine ended without closing; the database is large and was not checked (`sophia doctor --deep` does).',
    ];
  const verdict = db.pragma('quick_check(1)', { simple: true });
  if (verdict !== 'ok') throw corruptDatabase(paths, String(verdict));
  return [];
}

function olderEngine(paths: HomePaths, owner: string): SophiaError {
  return new SophiaError(
    'conflict',
    `The database ${paths.database} is of an older version, and an engine of that version has it${owner}.`,
    'Close it and try again: the database is then brought up to date, with a backup.',
  );
}

function closeDatabase(db: Database.Database, after: () => void): void {
  if (!db.open) return;
  try {
    db.pragma('optimize');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // A full disk: what is committed is safe in the -wal file, the next opening goes on from there.
  } finally {
    db.close();
    after();
  }
}
