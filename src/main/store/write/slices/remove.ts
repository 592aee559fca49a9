/**
 * Deletes a study or a run for good, rows and files, in slices between which others are answered. It is marked before the first row goes: whatever ends this
 * process in between, the next one that has the home goes on (settleUnfinished), and nobody sees the half that is left.
 */
import { setImmediate } from 'node:timers/promises';
import type { Store } from '../../store.ts';
import { deleteRunsAndFiles } from '../run-files.ts';
import { gently } from './gently.ts';
import type { UnfinishedItem, UnfinishedKind } from './unfinished.ts';

/** Rows of a slice: a few milliseconds in which nobody else is answered. */
const SLICE = 64;

/** What is being removed by this process, by store: the two ways of beginning must not meet. */
const removing = new WeakMap<object, Set<string>>();

/** Deletes a study with all its runs. @throws what the store or the files refuse; before the first row nothing is changed */
export async function removeStudy(store: Store, studyId: number): Promise<void> {
  await removeMarked(store, { kind: 'study', id: studyId }, store.runIdsOf(studyId), () => store.deleteStudy(studyId));
}

/** Deletes a run with its branches. @throws as removeStudy */
export async function removeRun(store: Store, runId: number): Promise<void> {
  const all = [runId, ...store.run(runId).branches.map((branch) => branch.id)];
  await removeMarked(store, { kind: 'run', id: runId }, all, () => store.deleteRun(runId));
}

/**
 * Takes out everything that is marked, of one kind of work or of all: what waits to be deleted, and what a process that ended left half done. What this process
 * is at already goes on by itself. One that cannot go does not keep the others. @throws what the first of those said
 */
export async function settleUnfinished(store: Store, only?: UnfinishedKind): Promise<void> {
  const failures: unknown[] = [];
  for (const { kind, id, work } of store.unfinishedWork()) {
    if (only !== undefined && work !== only) continue;
    if (!store.isUnfinished(kind, id) || removing.get(store)?.has(keyOf({ kind, id })) === true) continue;
    await (kind === 'study' ? removeStudy(store, id) : removeRun(store, id)).catch((error: unknown) =>
      failures.push(error),
    );
  }
  for (const failure of failures) throw failure;
}

const keyOf = ({ kind, id }: UnfinishedItem): string => `${kind} ${id}`;

async function removeMarked(
  store: Store,
  item: UnfinishedItem,
  runIds: readonly number[],
  last: () => void,
): Promise<void> {
  const known = removing.get(store) ?? new Set<string>();
  removing.set(store, known.add(keyOf(item)));
  let hasBegun = false;
  try {
    await deleteRunsAndFiles(store, runIds, async () => {
      store.beginWork('deletion', [item]);
      hasBegun = true;
      for (const id of runIds) await deleteSliced(store, id);
      last();
    });
  } catch (error) {
    if (!hasBegun) store.endWork(item.kind, item.id); // whoever was to be deleted with others is whole, and in the trash
    throw error;
  } finally {
    known.delete(keyOf(item));
  }
}

/** Deletes what a run has many rows of, of which there may be hundreds of thousands. */
async function deleteSliced(store: Store, runId: number): Promise<void> {
  while (gently(store.database, () => store.deleteSlice(runId, SLICE)) > 0) await setImmediate();
  await setImmediate();
}
