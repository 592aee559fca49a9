/** What is mutated, and what must hold of every mutation of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SophiaError } from '../../src/shared/errors.ts';
import type { Files } from './mutation.ts';

/** A kind of thing that comes from outside, or is read again. */
export interface Subject {
  readonly name: string;
  /** Share of the mutations that it gets. */
  readonly weight: number;
  /** Makes a good one. */
  readonly prepare: () => Promise<Prepared>;
}

/** A good one and its test. */
export interface Prepared {
  readonly good: Files;
  /**
   * Takes a changed one. Returns what came of it: the content, to be compared with that of the good one, or null where any content is right
   * that is sound (a file of questions may hold other questions). @throws SophiaError a named refusal; anything else is a fault
   */
  readonly take: (files: Files) => Promise<string | null>;
  readonly end?: () => void;
}

/** Takes one changed thing and says what became of it. @throws AssertionError where that is neither the same content nor a named refusal */
export async function verdict({ take }: Prepared, files: Files, content: string | null): Promise<'taken' | 'refused'> {
  try {
    assert.equal(await take(files), content);
    return 'taken';
  } catch (error) {
    if (!(error instanceof SophiaError)) throw error;
    assert.notEqual(error.code, 'internal', error.message);
    assert.ok(error.message.length < 2000 && !error.message.includes('\n'), `not one line: ${error.message}`);
    return 'refused';
  }
}

const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2 ** 29;

/** An empty folder to work in: in memory where there is room, as everything that is imported is synced to the disk. */
export function workFolder(): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'sophia-mutations-'));
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > ENOUGH_BYTES;
  } catch {
    return false;
  }
}
