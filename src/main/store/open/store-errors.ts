/**
 * SQLite's and the file system's failures as one clear line each: full disk, read-only, busy, corrupt.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { SophiaError } from '../../../shared/errors.ts';
import { isWritable } from '../../model/io/local-path.ts';
import { entryOf } from '../../model/io/path-names.ts';
import type { HomePaths } from './home.ts';

/** The newest backup in a home, or null. */
function newestBackup(paths: HomePaths): string | null {
  if (!existsSync(paths.backups)) return null;
  const files = readdirSync(paths.backups)
    .filter((name) => name.endsWith('.db'))
    .map((name) => entryOf(paths.backups, name));
  return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? null;
}

/** An error of better-sqlite3 or the file system as a SophiaError; a SophiaError and anything unknown is given back as it is. */
export function storeError(error: unknown, paths: HomePaths): unknown {
  if (error instanceof SophiaError) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const more = { cause: error };
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT')
    return new SophiaError(
      'environment',
      `The disk of ${paths.home} is full: the last write was undone, everything before it is safe.`,
      'Free space, then resume.',
      more,
    );
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return corruptDatabase(paths, (error as Error).message);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new SophiaError(
      'conflict',
      `The database ${paths.database} is being written by another program.`,
      'Close it and try again.',
      more,
    );
  if (
    code.startsWith('SQLITE_READONLY') ||
    code === 'SQLITE_CANTOPEN' ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code)
  )
    return notWritable(paths, more);
  if (code.startsWith('SQLITE_IOERR'))
    return new SophiaError(
      'environment',
      `The disk failed at ${paths.database} (${code}).`,
      'Check the disk and free space; everything committed before is safe.',
      more,
    );
  return error;
}

/** The home cannot be written. */
export function notWritable(paths: HomePaths, more?: ErrorOptions): SophiaError {
  const closed = [paths.home, paths.database, paths.lock].find((path) => existsSync(path) && !isWritable(path));
  if (closed !== undefined && statSync(paths.home).isDirectory())
    return new SophiaError(
      'environment',
      `${closed === paths.home ? `The home ${closed}` : closed} may only be read here, and an engine writes to it.`,
      `Make it writable, or copy the home to a folder of your own and give that with --home. To read it alone: sophia study list, table, study report or study archive, with --home ${paths.home}.`,
      more,
    );
  return new SophiaError(
    'environment',
    `The home ${paths.home} is not a folder that can be written.`,
    'Choose another with --home or SOPHIA_HOME.',
    more,
  );
}

/** The database is damaged; names the backup to go back to. */
export function corruptDatabase(paths: HomePaths, detail: string): SophiaError {
  const backup = newestBackup(paths);
  const fix =
    backup === null
      ? 'There is no backup of it; move it away to start with an empty one.'
      : `The last backup is ${backup}: \`sophia backup restore\` puts it in place of the damaged file, which is kept.`;
  return new SophiaError('data', `The database ${paths.database} is damaged (${detail.split('\n')[0]}).`, fix);
}

/** Runs `body`, turning SQLite's failures into clear ones. */
export function guarded<T>(paths: HomePaths, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw storeError(error, paths);
  }
}
