/** The trash: putting into it, what is in it and how much room that takes, emptying it and taking things back; deleting a study or a run for good, in slices. */
import { SophiaError } from '../../../shared/errors.ts';
import { bytesBelow } from '../../store/open/disk-usage.ts';
import { runFolder } from '../../store/open/home.ts';
import type { Store } from '../../store/store.ts';
import { removeRun, removeStudy, settleUnfinished } from '../../store/write/slices/remove.ts';
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
  store.beginWork('deletion', items); // from now on nothing of it is taken back
  await settleUnfinished(store, 'deletion').finally(() => engine.spaceFreed());
  return { items: items.length, bytes: sumOf(bytes, runIds) };
}

/** Takes a study out of the trash. @throws SophiaError 'conflict' while it is being deleted */
export function restoreStudy(store: Store, studyId: number): void {
  refuseGoing(store, 'study', studyId);
  store.restoreStudy(studyId);
}

/** Takes a run out of the trash. @throws SophiaError 'conflict' while it is being deleted, or where another run has taken its place */
export function restoreRun(store: Store, runId: number): void {
  refuseGoing(store, 'run', runId);
  refuseGoing(store, 'study', store.run(runId).studyId);
  store.restoreRun(runId);
}

function refuseGoing(store: Store, kind: Trashed['kind'], id: number): void {
  if (store.isUnfinished(kind, id))
    throw new SophiaError('conflict', `This ${kind} is being deleted.`, 'It can no longer be restored.');
}

/** Puts runs into the trash, from which they can be restored. @throws SophiaError 'conflict' while one is running or waiting; none is moved then */
export function trashRuns(place: WorkAndStore, runIds: readonly number[]): void {
  refuseBusy(place, runIds);
  for (const id of runIds) place.store.trashRun(id);
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
  refuseBusy(place, place.store.runIdsOf(studyId));
  await removeStudy(place.store, studyId).finally(() => place.engine.spaceFreed());
}

/** Deletes a run, its cut-off branches and their files for good. Throws a conflict while it is running, waiting or still ending. */
export async function deleteRun(place: Deleting, runId: number): Promise<void> {
  refuseBusy(place, [runId]);
  await removeRun(place.store, runId).finally(() => place.engine.spaceFreed());
}

/** What is in the trash, the newest first. */
function trashed(store: Store): Trashed[] {
  const studies = store.listStudies({ trashed: true });
  const inStudies = new Set(studies.map((study) => study.id));
  const runs = store.listRuns({ trashed: true, branches: true }).filter((run) => !inStudies.has(run.studyId));
  const items = [
    ...studies.map((study): Trashed => {
      const runIds = store.runIdsOf(study.id);
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
