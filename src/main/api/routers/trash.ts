/** The trash: what is in it, how much room it takes, emptying it. Restoring is where studies and runs are (studies.ts, runs.ts). */
import { join } from 'node:path';
import { bytesBelow } from '../../store/open/disk-usage.ts';
import { deleteRunsAndFiles } from '../../store/write/run-files.ts';
import type { ApiContext } from '../context.ts';
import { refuseBusy } from '../refuse-busy.ts';
import { procedure, router } from '../trpc.ts';

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

/** The trash as a whole. */
export const trashRouter = router({
  list: procedure.query(async ({ ctx }): Promise<TrashItem[]> => {
    const items = trashed(ctx);
    const bytes = await measured(ctx, items);
    return items.map(({ runIds, ...item }) => ({ ...item, bytes: sumOf(bytes, runIds) }));
  }),

  /** Deletes everything in the trash for good, files too; nothing while a run of it is still ending. Returns how many things and bytes that were. */
  empty: procedure.mutation(async ({ ctx }) => {
    const bytes = await measured(ctx, trashed(ctx));
    const items = trashed(ctx); // as it is now: something may have been taken back while it was measured
    refuseBusy(
      ctx,
      items.flatMap(({ runIds }) => runIds),
    );
    // All rows first, in one stroke: nothing can be taken back or started while files are removed.
    const removals = items.map(({ kind, id }) => (kind === 'study' ? removeStudy(ctx, id) : removeRun(ctx, id)));
    const ends = await Promise.allSettled(removals);
    ctx.engine.spaceFreed();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return { items: items.length, bytes: items.reduce((sum, { runIds }) => sum + sumOf(bytes, runIds), 0) };
  }),
});

/** Deletes a study, its runs and their files for good. Throws a conflict while one of them is running, waiting or still ending. */
export async function deleteStudy(ctx: ApiContext, studyId: number): Promise<void> {
  await removeStudy(ctx, studyId).finally(() => ctx.engine.spaceFreed());
}

/** Deletes a run, its cut-off branches and their files for good. Throws a conflict while it is running, waiting or still ending. */
export async function deleteRun(ctx: ApiContext, runId: number): Promise<void> {
  await removeRun(ctx, runId).finally(() => ctx.engine.spaceFreed());
}

async function removeStudy(ctx: ApiContext, studyId: number): Promise<void> {
  const runs = runIdsOf(ctx.store, studyId);
  refuseBusy(ctx, runs);
  await deleteRunsAndFiles(ctx.store, runs, () => ctx.store.deleteStudy(studyId));
}

async function removeRun(ctx: ApiContext, runId: number): Promise<void> {
  refuseBusy(ctx, [runId]);
  const branches = ctx.store.run(runId).branches.map((one) => one.id);
  await deleteRunsAndFiles(ctx.store, [runId, ...branches], () => ctx.store.deleteRun(runId));
}

/** What is in the trash, the newest first. */
function trashed({ store }: ApiContext): Trashed[] {
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
async function measured({ store }: ApiContext, items: readonly Trashed[]): Promise<ReadonlyMap<number, number>> {
  const bytes = new Map<number, number>();
  for (const id of items.flatMap(({ runIds }) => runIds))
    bytes.set(id, await bytesBelow(join(store.paths.runs, String(id))));
  return bytes;
}

function sumOf(bytes: ReadonlyMap<number, number>, runIds: readonly number[]): number {
  return runIds.reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0);
}

/** Every run of a study: branches and those in the trash too. */
function runIdsOf(store: ApiContext['store'], studyId: number): number[] {
  const listed = [false, true].flatMap((trashed) => store.listRuns({ studyId, branches: true, trashed }));
  return [...new Set(listed.map((run) => run.id))];
}
