/**
 * Places on this machine. A checkpoint is named by URI: relative to its run's folder where it lies in it, so that a home can be moved; `file:` is another
 * place of this machine; any other scheme is known to the run's trainer only.
 */
import { statSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SophiaError } from '../../../shared/errors.ts';

/** The path of this machine that a URI means, relative ones within `folder`; null where it lies elsewhere, or is no URI. */
export function localPath(uri: string, folder: string): string | null {
  try {
    const url = new URL(uri, pathToFileURL(folder + sep));
    return url.protocol === 'file:' ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}

/**
 * Refuses what is neither a file nor a folder, links followed: a pipe that nobody writes to is waited for without end, a device never ends. What is not there is
 * left to whoever opens it. @throws SophiaError 'usage'
 */
export function refuseIrregular(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  throw new SophiaError('usage', `${path} is ${what}, not a file.`, 'Copy what it holds into a file first.');
}
