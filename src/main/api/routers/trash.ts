/** The trash: what is in it, how much room it takes, emptying it. Restoring is where studies and runs are (studies.ts, runs.ts). */
import { join } from 'node:path';
import { bytesBelow } from '../../store/disk-usage.ts';
import type { ApiContext } from '../context.ts';
import { refuseBusy, removeRunFiles } from '../run-files.ts';
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
    for (const { kind, id } of items) {
      if (kind === 'study') removeStudy(ctx, id);
      else removeRun(ctx, id);
    }
    ctx.engine.spaceFreed();
    return { items: items.length, bytes: items.reduce((sum, { runIds }) => sum + sumOf(bytes, runIds), 0) };
  }),
});

/** Deletes a study, its runs and their files for good. Throws a conflict while one of them is running, waiting or still ending. */
export function deleteStudy(ctx: ApiContext, studyId: number): void {
  removeStudy(ctx, studyId);
  ctx.engine.spaceFreed();
}

/** Deletes a run, its cut-off branches and their files for good. Throws a conflict while it is running, waiting or still ending. */
export function deleteRun(ctx: ApiContext, runId: number): void {
  removeRun(ctx, runId);
  ctx.engine.spaceFreed();
}

// Rows and files go in one stroke: the database gives the number of a deleted run to the next one, whose folder this would be.
function removeStudy(ctx: ApiContext, studyId: number): void {
  const { store } = ctx;
  const runs = runIdsOf(store, studyId);
  refuseBusy(ctx, runs);
  store.deleteStudy(studyId);
  for (const id of runs) removeRunFiles(store.paths, id);
}

function removeRun(ctx: ApiContext, runId: number): void {
  const { store } = ctx;
  refuseBusy(ctx, [runId]);
  const branches = store.run(runId).branches.map((one) => one.id);
  store.deleteRun(runId);
  for (const id of [runId, ...branches]) removeRunFiles(store.paths, id);
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
