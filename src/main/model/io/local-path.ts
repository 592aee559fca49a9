/**
 * Places on this machine. A checkpoint is named by URI: relative to its run's folder where it lies in it, so that a home can be moved; `file:` is another
 * place of this machine; any other scheme is known to the run's trainer only.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
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
  const found = statOf(path);
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  throw new SophiaError('usage', `${path} is ${what}, not a file.`, 'Copy what it holds into a file first.');
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** An error over a file, in words. */
function unreadable(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SophiaError || code === undefined || code === 'ENOENT') return error;
  const why = { EISDIR: 'is a folder, not a file', ELOOP: 'is a link that leads to itself' }[code];
  return new SophiaError('data', `${path} ${why ?? `cannot be read (${code})`}.`);
}

/** Files that are read as a whole hold settings, a record, a template, a card; the largest, a tokenizer or a report, take tens of MiB. */
const WHOLE_BYTES = 128 * 2 ** 20;

/**
 * The text of a file that is read as a whole: a file, of at most `mostBytes`. Whatever else lies in its place, or how long it is, may have been chosen by others.
 * @throws SophiaError 'usage' where it is no file, 'data' where it is larger or cannot be read; ENOENT where it is not there
 */
export function readWhole(path: string, mostBytes: number = WHOLE_BYTES): string {
  refuseIrregular(path);
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const { size } = fstatSync(fd);
    if (size > mostBytes)
      throw new SophiaError(
        'data',
        `${path} has ${Math.ceil(size / 2 ** 20)} MiB; at most ${Math.ceil(mostBytes / 2 ** 20)} are read.`,
      );
    return readFileSync(fd, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The end of a text file of any length, at most `bytes` of it. @throws as readWhole, of any size */
export function endOf(path: string, bytes: number): string {
  refuseIrregular(path);
  const fd = openSync(path, 'r');
  try {
    const from = Math.max(0, fstatSync(fd).size - bytes);
    const piece = Buffer.alloc(bytes);
    return piece.subarray(0, readSync(fd, piece, 0, bytes, from)).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

/** Whether this user may write a file or to a folder, as far as the system tells. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Bytes that a user may still write on the disk that a folder lies on. @throws the system's error where the folder is not there */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Bytes of the disk that a folder lies on: what a user may still write (as freeBytes tells it), and all. @throws as freeBytes */
export async function diskRoom(folder: string): Promise<{ readonly free: number; readonly total: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}
