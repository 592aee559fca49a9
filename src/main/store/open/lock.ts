/**
 * One engine per home. The lock is an exclusive SQLite lock on a small file, held by the operating system for as long as the process
 * lives: kill -9 frees it at once, and a reused process id cannot be mistaken for the owner. Beside it lies a note naming the owner,
 * for messages; a note without a lock means that the last engine did not close.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SophiaError } from '../../../shared/errors.ts';
import { presentPlace } from '../../model/home/home-marks.ts';
import { readWhole } from '../../model/io/local-path.ts';
import { type HomePaths, homePaths } from './home.ts';

/** A held lock. */
export interface HomeLock {
  /** False when the engine before this one ended without closing. */
  readonly wasClosedCleanly: boolean;
  /** Frees the home and removes the note. */
  release(): void;
}

/** How long a look at the lock by homeOwner may be in the way of taking it. */
const PROBE_MS = 200;

/** Takes the home for this process; throws a conflict naming the owner's pid when another engine has it. */
export function lockHome(paths: HomePaths): HomeLock {
  const file = new Database(paths.lock, { timeout: PROBE_MS });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw error;
    throw new SophiaError(
      'conflict',
      `The home ${paths.home} is in use by another engine${describe(readNote(paths))}.`,
      'Stop it, open its page, or choose another home with --home.',
    );
  }
  const wasClosedCleanly = readNote(paths) === null;
  try {
    writeFileSync(paths.owner, `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    wasClosedCleanly,
    release() {
      const place = presentPlace(paths.home); // a home that was moved: what lies at its path now is another's
      if (place !== null) rmSync(homePaths(place).owner, { force: true });
      file.exec('ROLLBACK');
      file.close();
    },
  };
}

/** Refuses unless the process that holds the home is the one of this id and has started this process. @throws SophiaError 'conflict' */
export function checkHost(paths: HomePaths, host: number): void {
  if (homeOwner(paths) !== null && readNote(paths)?.pid === host && process.ppid === host) return;
  throw new SophiaError(
    'conflict',
    `Process ${host} does not have the home ${paths.home} open, or did not start this one.`,
    'Start this from the page of the engine that has it.',
  );
}

/** Who holds the home, such as " (pid 12, since ...)", for messages; null when nobody does. Looks only, and also where nothing can be written. */
export function homeOwner(paths: HomePaths): string | null {
  if (!existsSync(paths.lock)) return null;
  const file = new Database(paths.lock, { timeout: 0, readonly: true });
  try {
    file.prepare('SELECT count(*) FROM sqlite_schema').get();
    return null;
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw error;
    return describe(readNote(paths));
  } finally {
    file.close();
  }
}

/** The process that has the home; null where nobody has it, whatever was left behind. */
export function ownerPid(paths: HomePaths): number | null {
  return homeOwner(paths) === null ? null : (readNote(paths)?.pid ?? null);
}

interface OwnerNote {
  readonly pid?: number;
  readonly since?: string;
}

function readNote(paths: HomePaths): OwnerNote | null {
  let text: string;
  try {
    text = readWhole(paths.owner);
  } catch {
    return null;
  }
  try {
    return JSON.parse(text) as OwnerNote;
  } catch {
    return {};
  }
}

function describe(note: OwnerNote | null): string {
  return note?.pid === undefined ? '' : ` (pid ${note.pid}, since ${note.since})`;
}
