/** Many small writes, a slice at a time: between the slices the process answers others, and others write. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { gently } from './gently.ts';

/** How long a slice goes on, and how long others have before the next, in ms. */
const SLICE_MS = 12;
const PAUSE_MS = 4;
/** Writes between two looks at the clock. */
const WRITES_A_LOOK = 16;

/** Goes on with the steps, a write at each, for a moment, commits, lets others have a moment, and so on to the end. @throws what a step throws */
export async function inSlices(db: Database, steps: Generator<void>): Promise<void> {
  const slice = db.transaction((): boolean => {
    const until = performance.now() + SLICE_MS;
    do for (let i = 0; i < WRITES_A_LOOK; i++) if (steps.next().done === true) return true;
    while (performance.now() < until);
    return false;
  });
  try {
    while (!gently(db, () => slice.immediate())) await sleep(PAUSE_MS);
  } finally {
    steps.return(undefined);
  }
}
