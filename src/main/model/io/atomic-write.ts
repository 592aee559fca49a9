/**
 * Files and folders that appear whole or not at all: written under a temporary name beside the target, synced, renamed.
 * A process killed at any moment leaves the old content, the new content, or a temporary name that nothing reads. In a home that was moved away
 * under this process nothing is written (home-marks.ts).
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { lostAt, refuseLostHome } from '../home/home-marks.ts';

/** Writes a file atomically: `write` gets a function that appends bytes. `mode`: who may read and write it. */
export function atomicWrite(path: string, write: (append: (bytes: Uint8Array) => void) => void, mode = 0o666): void {
  refuseLostHome(path);
  const temporary = temporaryName(path);
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      write((bytes) => writeAll(fd, bytes));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw explained(error, path);
  }
}

/** Writes a small text file atomically. */
export function atomicWriteText(path: string, text: string, mode?: number): void {
  atomicWrite(path, (append) => append(Buffer.from(text, 'utf8')), mode);
}

/**
 * Makes a folder atomically: `fill` gets a temporary folder, which takes `path`'s place when it is full.
 * A folder that was there is kept as `previousName(path)` for the moment between the two renames, then removed.
 */
export function atomicFolder(path: string, fill: (folder: string) => void): void {
  refuseLostHome(path);
  const temporary = temporaryName(path);
  try {
    mkdirSync(temporary, { recursive: true });
    fill(temporary);
    syncFolder(temporary);
    refuseLostHome(path); // filling it may have taken long
    if (existsSync(path)) {
      rmSync(previousName(path), { recursive: true, force: true });
      renameSync(path, previousName(path));
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
    rmSync(previousName(path), { recursive: true, force: true });
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw explained(error, path);
  }
}

/** The name under which the replaced folder waits while `atomicFolder` renames. */
function previousName(path: string): string {
  return join(dirname(path), `.${basename(path)}.previous`);
}

/**
 * Removes a folder: its name is gone when this returns, its files when the promise resolves, without holding up the process (a data set may be a
 * hundred thousand images). A process killed in between leaves a temporary name that nothing reads.
 */
export async function removeFolder(path: string): Promise<void> {
  refuseLostHome(path);
  const aside = temporaryName(path);
  renameSync(path, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}

/** Writes a file inside a folder that `atomicFolder` fills: synced, no renaming needed. */
export function writeSynced(path: string, content: string | Uint8Array): void {
  writeFileSync(path, content, { flush: true });
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${process.hrtime.bigint().toString(36)}.tmp`);
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at, Math.min(bytes.byteLength - at, 2 ** 30));
}

/** Puts a folder's entries on the disk: a rename in it lasts from now on. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // a folder cannot be opened there; its renames are journalled
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Why nothing can be written, by the system's code. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
};

function explained(error: unknown, path: string): unknown {
  const lost = lostAt(path);
  if (lost !== null) return lost;
  const code = (error as NodeJS.ErrnoException).code;
  const why = code === undefined ? undefined : FULL[code];
  if (why !== undefined)
    return new SophiaError('environment', `Could not write ${path}: ${why}.`, 'Nothing was changed.', { cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    return new SophiaError('environment', `Could not write ${path}: the folder is not writable.`);
  }
  return code === 'ENOENT'
    ? new SophiaError('environment', `Could not write ${path}: its folder does not exist.`)
    : error;
}
