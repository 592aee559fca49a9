/**
 * Commits that need not be on the disk when they return: those of work in slices, which the next process would do again. Each wait for the disk is one in
 * which nobody is answered. Loss of power may undo the last slices, never a part of one; the next ordinary commit syncs them along.
 */
import type { Database } from 'better-sqlite3';

/** Runs `body`, outside of a transaction, with synchronous=NORMAL. */
export function gently<T>(db: Database, body: () => T): T {
  db.pragma('synchronous = NORMAL');
  try {
    return body();
  } finally {
    if (db.open) db.pragma('synchronous = FULL');
  }
}
