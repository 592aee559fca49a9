/**
 * A home that is renamed, replaced or unmounted under a process that works in it. The system's own names (device and inode) of its folder,
 * database and lock tell: who opens a home remembers them, and nothing is written by a path of a home that is another one now.
 */
import { closeSync, openSync, readlinkSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';

/** The home is not the folder any more that was opened: whatever is written by its path goes somewhere else. */
export class HomeLost extends SophiaError {}

/** Files of a home that are kept as long as the home is: their place is told in store/open/home.ts too, which is above this file. */
const KEPT_FILES = ['sophia.db', 'engine.lock'];

interface Remembered {
  readonly marks: ReadonlyMap<string, string>; // by path; the home's own first
  readonly handle: number | null; // of the folder: the system tells by it where the folder is now
  openers: number;
}

const homes = new Map<string, Remembered>();

/** Remembers what a home is from now on, until the returned function is called; to be called once its database and lock are open. */
export function rememberHome(folder: string): () => void {
  const home = resolve(folder);
  const known = homes.get(home);
  const one = known ?? { marks: marksOf(home), handle: handleOf(home), openers: 0 };
  one.openers++;
  homes.set(home, one);
  let isForgotten = false;
  return () => {
    if (isForgotten) return;
    isForgotten = true;
    if (--one.openers > 0) return;
    if (homes.get(home) === one) homes.delete(home);
    if (one.handle !== null) closeSync(one.handle);
  };
}

/** Why a home that this process remembers is not the one any more that it opened; null: it is, or it is not remembered. */
export function lostHome(folder: string): HomeLost | null {
  const home = resolve(folder);
  const one = homes.get(home);
  if (one === undefined) return null;
  for (const [path, mark] of one.marks) {
    const now = markOf(path);
    if (now === mark || now === UNKNOWN) continue;
    return path === home ? lostFolder(home, now, placeOf(one)) : lostFile(path, now);
  }
  return null;
}

/** Why nothing may be written at a path: it lies in a home that is another one now; null: it may. */
export function lostAt(path: string): HomeLost | null {
  const whole = resolve(path);
  for (const home of homes.keys())
    if (whole === home || whole.startsWith(home.endsWith(sep) ? home : home + sep)) return lostHome(home);
  return null;
}

/** Refuses to write at a path in a home that is another one now. @throws HomeLost */
export function refuseLostHome(path: string): void {
  const lost = lostAt(path);
  if (lost !== null) throw lost;
}

/** Where a home lies now: at its path, or where it was moved to as far as the system tells (Linux); null: nobody knows. */
export function presentPlace(folder: string): string | null {
  const home = resolve(folder);
  const one = homes.get(home);
  if (one === undefined || markOf(home) === one.marks.get(home)) return home;
  return placeOf(one);
}

/** What could not be looked at for another reason than that it is not there: no proof of anything. */
const UNKNOWN = 'unknown';
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ESTALE', 'ENODEV', 'ENXIO']);

/** Device and inode of a file; null where there is none. */
function markOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    return GONE.has((error as NodeJS.ErrnoException).code ?? '') ? null : UNKNOWN;
  }
}

function marksOf(home: string): ReadonlyMap<string, string> {
  const paths = [home, ...KEPT_FILES.map((name) => join(home, name))];
  return new Map(paths.flatMap((path) => [[path, markOf(path)] as const]).filter((entry) => isMark(entry)));
}

const isMark = (entry: readonly [string, string | null]): entry is readonly [string, string] =>
  entry[1] !== null && entry[1] !== UNKNOWN;

function handleOf(home: string): number | null {
  if (process.platform !== 'linux') return null;
  try {
    return openSync(home, 'r');
  } catch {
    return null;
  }
}

function placeOf({ handle, marks }: Remembered): string | null {
  if (handle === null) return null;
  try {
    const place = readlinkSync(`/proc/self/fd/${handle}`);
    const [, mark] = [...marks][0] ?? [];
    return markOf(place) === mark ? place : null; // a folder that was removed has a name too
  } catch {
    return null;
  }
}

function lostFolder(home: string, now: string | null, place: string | null): HomeLost {
  const back = 'runs resume from their last checkpoint.';
  if (place !== null)
    return new HomeLost(
      'environment',
      `The home ${home} was moved to ${place} while the engine had it.`,
      `Start again with --home ${place}, or move the folder back and start again: ${back}`,
    );
  const what =
    now === null
      ? `The home ${home} is gone: it was removed, renamed or unmounted while the engine had it.`
      : `The home ${home} is another folder now than the one that the engine opened.`;
  return new HomeLost('environment', what, `Put the folder back, or start again with --home where it is: ${back}`);
}

function lostFile(path: string, now: string | null): HomeLost {
  return new HomeLost(
    'environment',
    `${path} was ${now === null ? 'removed' : 'replaced'} while the engine had it.`,
    'Put the file back that was there, then start again.',
  );
}
