/**
 * Copies of the database in the home's backups/: one before each migration, one a day; older ones are removed.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { freeBytes } from '../../model/io/local-path.ts';
import { entryOf } from '../../model/io/path-names.ts';
import type { HomePaths } from '../open/home.ts';

/** How many backups of each kind stay. */
const KEPT = { daily: 3, migration: 2, manual: 5 } as const;
export type BackupKind = keyof typeof KEPT;

/** A whole copy now, before anything else happens (blocks; used before a migration). Returns its path. */
export function backupNow(db: Database, paths: HomePaths, kind: BackupKind): string {
  const { file, partial } = prepare(paths, kind);
  db.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, file);
  prune(paths, kind);
  return file;
}

/** A whole copy made little by little while the engine goes on writing. Returns its path. */
export async function backupGently(db: Database, paths: HomePaths, kind: BackupKind): Promise<string> {
  const { file, partial } = prepare(paths, kind);
  await db.backup(partial, { progress: () => 2000 });
  refuseLostHome(paths.home);
  renameSync(partial, file);
  prune(paths, kind);
  return file;
}

/** True when today's copy is missing and the database holds anything. */
export function dailyBackupIsDue(paths: HomePaths, now = new Date()): boolean {
  return existsSync(paths.database) && !existsSync(entryOf(paths.backups, `daily-${day(now)}.db`));
}

function prepare(paths: HomePaths, kind: BackupKind): { file: string; partial: string } {
  refuseLostHome(paths.home);
  mkdirSync(paths.backups, { recursive: true });
  const size = statSync(paths.database).size;
  if (freeBytes(paths.backups) < size * 1.2)
    throw new SophiaError(
      'environment',
      `No room for a backup of ${paths.database} (${Math.ceil(size / 2 ** 20)} MiB).`,
      'Free space.',
    );
  const now = new Date();
  const stamp = kind === 'daily' ? day(now) : now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 19);
  const file = entryOf(paths.backups, `${kind}-${stamp}.db`);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  rmSync(file, { force: true });
  return { file, partial };
}

function prune(paths: HomePaths, kind: BackupKind): void {
  const files = readdirSync(paths.backups)
    .filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.db'))
    .sort();
  for (const old of files.slice(0, -KEPT[kind])) rmSync(entryOf(paths.backups, old), { force: true });
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
