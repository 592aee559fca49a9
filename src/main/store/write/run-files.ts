/**
 * Deletes runs together with their folders. A folder that is to go is first set aside under another name, in the same stroke in which its rows are
 * deleted: the database gives the number of a deleted run to the next one, whose folder it would be. What was set aside is then
 * removed without blocking. A crash in between leaves a folder that says what it was; settleRunFiles clears it up at the next start.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SophiaError } from '../../../shared/errors.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { entryOf } from '../../model/io/path-names.ts';
import { runFolder } from '../open/home.ts';
import type { Store } from '../store.ts';

/** Of a folder set aside: run 7, made at 1700000000000 (ms since 1970), is `.deleted-7-1700000000000`. */
const ASIDE = /^\.deleted-(\d+)-(\d+)$/;

interface Aside {
  readonly from: string;
  readonly to: string;
}

/**
 * Deletes the rows by `deleteRows` (in one go, or in slices) and the folders of `runIds`; a failure puts the folders back. The promise resolves
 * when rows and files are gone. @throws what `deleteRows` throws; SophiaError 'data' naming the folder where one cannot be moved (nothing is
 * deleted then) or not be removed (rows are gone, the next start tries again).
 */
export async function deleteRunsAndFiles(
  store: Store,
  runIds: readonly number[],
  deleteRows: () => void | Promise<void>,
): Promise<void> {
  const aside = setAside(store, runIds);
  try {
    await deleteRows();
  } catch (error) {
    putBack(aside);
    throw error;
  }
  for (const { to } of aside) await remove(to);
}

/** What an end in the middle of a deletion left: a folder whose run is still there comes back, any other goes. */
export async function settleRunFiles(store: Store): Promise<void> {
  const { runs } = store.paths;
  const left = existsSync(runs) ? readdirSync(runs).filter((name) => ASIDE.test(name)) : [];
  const gone = left.filter((name) => {
    const [, id, madeAt] = ASIDE.exec(name)!;
    const from = entryOf(runs, id!);
    if (madeWhen(store, Number(id)) !== Number(madeAt) || existsSync(from)) return true;
    renameSync(entryOf(runs, name), from);
    return false;
  });
  for (const name of gone) await remove(entryOf(runs, name));
}

function setAside(store: Store, runIds: readonly number[]): Aside[] {
  const done: Aside[] = [];
  refuseLostHome(store.paths.home);
  for (const id of runIds) {
    const from = runFolder(store.paths, id);
    if (!existsSync(from)) continue;
    const to = entryOf(store.paths.runs, `.deleted-${id}-${store.run(id).createdAt}`);
    try {
      renameSync(from, to);
    } catch (error) {
      putBack(done);
      throw new SophiaError(
        'data',
        `The files of run ${store.run(id).name} cannot be deleted, so nothing was: ${from}: ${(error as Error).message}`,
        'Close what holds them open, then delete again.',
      );
    }
    done.push({ from, to });
  }
  return done;
}

function putBack(aside: readonly Aside[]): void {
  for (const { from, to } of aside) renameSync(to, from);
}

async function remove(folder: string): Promise<void> {
  refuseLostHome(folder);
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 });
  } catch (error) {
    throw new SophiaError(
      'data',
      `Deleted, but files remain in ${folder}: ${(error as Error).message}`,
      'The next start removes them, or remove the folder by hand.',
    );
  }
}

function madeWhen(store: Store, runId: number): number | null {
  try {
    return store.run(runId).createdAt;
  } catch {
    return null; // its rows are gone
  }
}
