/** A folder of the system's for files that are gone a moment later: TMPDIR may be full, closed or not there, which is told by its name. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SophiaError } from '../../shared/errors.ts';

/** Why nothing can be put there, by the system's code. */
const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'is full',
  EDQUOT: 'is full',
  EROFS: 'may only be read',
  EACCES: 'may not be written',
  EPERM: 'may not be written',
  ENOENT: 'does not exist',
  ENOTDIR: 'is no folder',
};

/** Calls `work` with a new folder whose name begins with `prefix`, and removes it. @throws SophiaError 'environment' where it cannot be written */
export function withScratchFolder<T>(prefix: string, work: (folder: string) => T): T {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), prefix));
    return work(folder);
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''];
    if (why === undefined) throw error;
    const line = `The folder for temporary files, ${tmpdir()}, ${why}.`;
    throw new SophiaError('environment', line, 'Mend that, or name another folder with TMPDIR.', { cause: error });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
