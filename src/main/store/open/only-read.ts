/**
 * A home that may only be read: a colleague's on a share, one on a medium that is mounted so. To read a database with a write-ahead log SQLite makes
 * two files beside it, which it cannot there: a copy of it in the system's folder for temporary files is read in its place.
 */
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { refuseIrregular } from '../../model/io/local-path.ts';
import type { HomePaths } from './home.ts';

/** A copy of a home's database as it is, with what its log holds. `remove` is called by itself when the process ends. */
export function copyToRead(paths: HomePaths): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sophia-read-'));
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', remove);
  const file = join(folder, 'sophia.db');
  try {
    for (const end of ['', '-wal'].filter((one) => existsSync(`${paths.database}${one}`))) {
      refuseIrregular(`${paths.database}${end}`);
      copyFileSync(`${paths.database}${end}`, `${file}${end}`, constants.COPYFILE_FICLONE);
      chmodSync(`${file}${end}`, 0o600);
    }
    return { file, remove };
  } catch (error) {
    remove();
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new SophiaError(
      'environment',
      `The home ${paths.home} may only be read here, and ${tmpdir()} has no room for the copy of its database that this needs.`,
      'Free space there, or name another folder with TMPDIR.',
    );
  }
}

/** A home is its owner's alone: to anyone else it would look empty. @throws SophiaError 'environment' where this user may not read it */
export function refuseUnreadable(paths: HomePaths): void {
  try {
    accessSync(paths.home, constants.R_OK | constants.X_OK);
    if (existsSync(paths.database)) accessSync(paths.database, constants.R_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return; // that it is not there is told elsewhere
    throw new SophiaError(
      'environment',
      `You may not read the home ${paths.home}.`,
      'A home is made for its owner alone: ask them to let you read the folder and all in it, or for an archive (`sophia study archive`).',
    );
  }
}

/** That a database has to be brought up to date first, where that cannot be. */
export function olderAndReadOnly(paths: HomePaths): SophiaError {
  return new SophiaError(
    'environment',
    `The database ${paths.database} is of an older version, and may only be read here.`,
    'Copy the home to a folder of your own: the copy is brought up to date when it is opened.',
  );
}
