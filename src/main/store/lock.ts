/**
 * One engine per home. The lock is an exclusive SQLite lock on a small file, held by the operating system for as long as the process
 * lives: kill -9 frees it at once, and a reused process id cannot be mistaken for the owner. Beside it lies a note naming the owner,
 * for messages; a note without a lock means that the last engine did not close.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SophiaError } from '../../shared/errors.ts';
import type { HomePaths } from './home.ts';

/** A held lock. */
export interface HomeLock {
  /** False when the engine before this one ended without closing. */
  readonly wasClosedCleanly: boolean;
  /** Frees the home and removes the note. */
  release(): void;
}

/** Takes the home for this process; throws a conflict naming the owner's pid when another engine has it. */
export function lockHome(paths: HomePaths): HomeLock {
  const file = new Database(paths.lock, { timeout: 0 });
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
      rmSync(paths.owner, { force: true });
      file.exec('ROLLBACK');
      file.close();
    },
  };
}

interface OwnerNote {
  readonly pid?: number;
  readonly since?: string;
}

function readNote(paths: HomePaths): OwnerNote | null {
  let text: string;
  try {
    text = readFileSync(paths.owner, 'utf8');
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
