/** The trash: putting into it, what is in it and how much room that takes, emptying it; deleting a study or a run for good. Restoring is the store's. */
import { bytesBelow } from '../../store/open/disk-usage.ts';
import { runFolder } from '../../store/open/home.ts';
import type { Store } from '../../store/store.ts';
import { deleteRunsAndFiles } from '../../store/write/run-files.ts';
import type { EngineControl } from '../engine-control.ts';
import { refuseBusy, type WorkAndStore } from './refuse-busy.ts';

/** The store, and the engine for which runs are at work and who waits for room. */
export interface Deleting {
  readonly store: Store;
  readonly engine: Pick<EngineControl, 'status' | 'spaceFreed'>;
}

interface Trashed {
  readonly kind: 'study' | 'run';
  readonly id: number;
  readonly name: string;
  /** What it belongs to or holds, in words. */
  readonly about: string;
  readonly trashedAt: number;
  readonly runIds: readonly number[];
}

/** One thing in the trash; a study stands for all its runs. */
export interface TrashItem extends Omit<Trashed, 'runIds'> {
  /** Of checkpoints and logs on disk, in bytes; rows of the database are not counted. */
  readonly bytes: number;
}

/** Everything in the trash, the newest first. */
export async function listTrash(store: Store): Promise<TrashItem[]> {
  const items = trashed(store);
  const bytes = await measured(store, items);
  return items.map(({ runIds, ...item }) => ({ ...item, bytes: sumOf(bytes, runIds) }));
}

/**
 * Deletes everything in the trash for good, files too. Returns how many things and bytes that were.
 * @throws SophiaError 'conflict' while a run of it is still ending; nothing is deleted then
 */
export async function emptyTrash(place: Deleting): Promise<{ readonly items: number; readonly bytes: number }> {
  const { store, engine } = place;
  const bytes = await measured(store, trashed(store));
  const items = trashed(store); // as it is now: something may have been taken back while it was measured
  const runIds = items.flatMap((item) => item.runIds);
  refuseBusy(place, runIds);
  // All rows first, in one stroke: nothing can be taken back or started while files are removed.
  const removals = items.map(({ kind, id }) => (kind === 'study' ? removeStudy(place, id) : removeRun(store, id)));
  const ends = await Promise.allSettled(removals);
  engine.spaceFreed();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { items: items.length, bytes: sumOf(bytes, runIds) };
}

/** Puts a run into the trash, from which it can be restored. @throws SophiaError 'conflict' while it is running or waiting */
export function trashRun(place: WorkAndStore, runId: number): void {
  refuseBusy(place, [runId]);
  place.store.trashRun(runId);
}

/** Stops a study's runs and puts it into the trash, from which it can be restored. */
export function trashStudy(
  { store, engine }: { readonly store: Store; readonly engine: Pick<EngineControl, 'stopStudy'> },
  studyId: number,
): void {
  engine.stopStudy(studyId);
  store.trashStudy(studyId);
}

/** Deletes a study, its runs and their files for good. Throws a conflict while one of them is running, waiting or still ending. */
export async function deleteStudy(place: Deleting, studyId: number): Promise<void> {
  await removeStudy(place, studyId).finally(() => place.engine.spaceFreed());
}

/** Deletes a run, its cut-off branches and their files for good. Throws a conflict while it is running, waiting or still ending. */
export async function deleteRun(place: Deleting, runId: number): Promise<void> {
  refuseBusy(place, [runId]);
  await removeRun(place.store, runId).finally(() => place.engine.spaceFreed());
}

async function removeStudy(place: Deleting, studyId: number): Promise<void> {
  const runs = runIdsOf(place.store, studyId);
  refuseBusy(place, runs);
  await deleteRunsAndFiles(place.store, runs, () => place.store.deleteStudy(studyId));
}

/** The same where no engine is at work on the home. */
export async function removeRun(store: Store, runId: number): Promise<void> {
  const branches = store.run(runId).branches.map((branch) => branch.id);
  await deleteRunsAndFiles(store, [runId, ...branches], () => store.deleteRun(runId));
}

/** What is in the trash, the newest first. */
function trashed(store: Store): Trashed[] {
  const studies = store.listStudies({ trashed: true });
  const inStudies = new Set(studies.map((study) => study.id));
  const runs = store.listRuns({ trashed: true, branches: true }).filter((run) => !inStudies.has(run.studyId));
  const items = [
    ...studies.map((study): Trashed => {
      const runIds = runIdsOf(store, study.id);
      const about = `study of ${study.runs} run${study.runs === 1 ? '' : 's'}`;
      return { kind: 'study', id: study.id, name: study.name, about, trashedAt: study.trashedAt ?? 0, runIds };
    }),
    ...runs.map((run): Trashed => {
      const about = `run of ${run.study}: ${run.variant}, seed ${run.seed}`;
      return { kind: 'run', id: run.id, name: run.name, about, trashedAt: run.trashedAt ?? 0, runIds: [run.id] };
    }),
  ];
  return items.sort((a, b) => b.trashedAt - a.trashedAt);
}

/** Bytes of the runs' folders on disk, by run; walked without blocking. */
async function measured(store: Store, items: readonly Trashed[]): Promise<ReadonlyMap<number, number>> {
  const bytes = new Map<number, number>();
  for (const id of items.flatMap(({ runIds }) => runIds)) bytes.set(id, await bytesBelow(runFolder(store.paths, id)));
  return bytes;
}

function sumOf(bytes: ReadonlyMap<number, number>, runIds: readonly number[]): number {
  return runIds.reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0);
}

/** Every run of a study: branches and those in the trash too. */
function runIdsOf(store: Store, studyId: number): number[] {
  const listed = [false, true].flatMap((trashed) => store.listRuns({ studyId, branches: true, trashed }));
  return [...new Set(listed.map((run) => run.id))];
}
