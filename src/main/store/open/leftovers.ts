/**
 * What a process killed in the middle of an import, a backup or a restore left in a home: files and folders whose names say what they were and that
 * nothing reads. Whoever has the home's lock removes them before work of its own begins.
 */
import { readdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { entryOf } from '../../model/io/path-names.ts';
import type { HomePaths } from './home.ts';

/** Archives on their way in, a backup on its way back: only the process with the home's lock makes them. */
const IN_HOME = /^\.(import|upload)-[A-Za-z0-9]{6}$|^sophia\.db\.restored$/;
/** Backups that were being made, by the process with the home's lock too. */
const IN_BACKUPS = /\.db\.partial(-journal|-wal|-shm)?$/;
/** Data sets and models on their way in, small files of the home; a command line makes them without the lock, so they must have lain still for a day. */
const BESIDE = /^\..+-[A-Za-z0-9]{6}$|^\..+\.tmp$/;
const STILL_MS = 86_400_000;

/** Removes them; they are listed when this is called, so that what begins a moment later is none of them. What cannot be removed stays for the next time. Returns the names of what went. */
export async function clearLeftovers(paths: HomePaths, now = Date.now()): Promise<string[]> {
  const gone: string[] = [];
  const remove = async (folder: string, name: string) => {
    const removed = await rm(entryOf(folder, name), { recursive: true, force: true, maxRetries: 2 }).then(
      () => true,
      () => false,
    );
    if (removed) gone.push(name);
  };
  const inHome = listed(paths.home, IN_HOME);
  const beside = [paths.home, join(paths.home, 'datasets'), join(paths.home, 'models')].map((folder) => ({
    folder,
    names: listed(folder, BESIDE),
  }));
  const inBackups = listed(paths.backups, IN_BACKUPS);
  for (const name of inHome) await remove(paths.home, name);
  for (const name of inBackups) await remove(paths.backups, name);
  for (const { folder, names } of beside)
    for (const name of names) {
      const found = await stat(entryOf(folder, name)).catch(() => null);
      if (found !== null && now - found.mtimeMs > STILL_MS) await remove(folder, name);
    }
  return gone;
}

function listed(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    return []; // there is no such folder
  }
}
