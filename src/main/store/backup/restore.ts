/**
 * Going back to a backup: the backup is looked at in full first, the database that it replaces is kept beside the backups, and no engine may have the
 * home meanwhile. Files of runs stay as they are: checkpoints made since are told as unknown by `sophia doctor --deep`.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import Database from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { syncFolder } from '../../model/io/atomic-write.ts';
import { entryOf } from '../../model/io/path-names.ts';
import type { HomePaths } from '../open/home.ts';
import { lockHome } from '../open/lock.ts';
import { checkSchema, readMigrations } from '../open/migrate.ts';

/** A copy of the database. */
export interface Backup {
  readonly name: string; // such as daily-2026-11-28.db
  readonly bytes: number;
  readonly madeAt: number; // ms since 1970
}

/** The backups of a home, newest first. */
export function listBackups(paths: HomePaths): Backup[] {
  if (!existsSync(paths.backups)) return [];
  return readdirSync(paths.backups)
    .filter((name) => /^(daily|migration|manual)-.*\.db$/.test(name))
    .map((name) => {
      const { size, mtimeMs } = statSync(entryOf(paths.backups, name));
      return { name, bytes: size, madeAt: Math.round(mtimeMs) };
    })
    .sort((a, b) => b.madeAt - a.madeAt);
}

/** What a restore did. */
export interface Restored {
  readonly backup: string; // its name
  readonly keptAs: string | null; // where the database is that was replaced; null where there was none
}

/**
 * Puts a backup (by name; default: the newest) in the database's place. @throws SophiaError 'conflict' while an engine has the home, 'usage'
 * where there is no such backup, 'data' where it is damaged itself: nothing is changed then
 */
export function restoreBackup(paths: HomePaths, wanted?: string, now = new Date()): Restored {
  const all = listBackups(paths);
  const backup = wanted === undefined ? all[0] : all.find(({ name }) => name === wanted || name === `${wanted}.db`);
  if (backup === undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new SophiaError(
      'usage',
      wanted === undefined ? `${paths.home} has no backup.` : `There is no backup "${wanted}".`,
      known === '' ? 'They are made once a day and before each migration.' : `There are: ${known}.`,
    );
  }
  const lock = lockHome(paths);
  try {
    const source = entryOf(paths.backups, backup.name);
    checkWhole(source);
    const fresh = `${paths.database}.restored`;
    rmSync(fresh, { force: true });
    copyFileSync(source, fresh);
    syncFile(fresh);
    const keptAs = setAside(paths, now);
    renameSync(fresh, paths.database);
    syncFolder(paths.home);
    return { backup: backup.name, keptAs };
  } finally {
    lock.release();
  }
}

function syncFile(path: string): void {
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** @throws SophiaError 'data' for a copy that is not a whole database of ours */
function checkWhole(file: string): void {
  let verdict: string;
  try {
    const db = new Database(file, { readonly: true });
    try {
      checkSchema(db, readMigrations(), file);
      verdict = String(db.pragma('integrity_check(1)', { simple: true }));
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof SophiaError) throw error;
    verdict = (error as Error).message;
  }
  if (verdict !== 'ok')
    throw new SophiaError('data', `The backup ${file} is damaged itself (${verdict}).`, 'Choose another.');
}

/** Moves the database with its log out of the way. */
function setAside({ database, backups }: HomePaths, now: Date): string | null {
  if (!existsSync(database)) return null;
  mkdirSync(backups, { recursive: true });
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const kept = entryOf(backups, `replaced-${stamp}.db`);
  for (const end of ['-wal', '-shm', ''])
    if (existsSync(`${database}${end}`)) renameSync(`${database}${end}`, `${kept}${end}`);
  return kept;
}
