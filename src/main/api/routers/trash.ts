/** The trash: what is in it, how much room it takes, emptying it. Restoring is where studies and runs are (studies.ts, runs.ts). */
import type { ApiContext } from '../context.ts';
import { folderBytes, refuseBusy, removeRunFiles } from '../run-files.ts';
import { procedure, router } from '../trpc.ts';

/** One thing in the trash; a study stands for all its runs. */
export interface TrashItem {
  readonly kind: 'study' | 'run';
  readonly id: number;
  readonly name: string;
  /** What it belongs to or holds, in words. */
  readonly about: string;
  readonly trashedAt: number;
  /** Of checkpoints and logs on disk, in bytes; rows of the database are not counted. */
  readonly bytes: number;
}

/** The trash as a whole. */
export const trashRouter = router({
  list: procedure.query(({ ctx }) => trashItems(ctx)),

  /** Deletes everything in the trash for good, files too; nothing while a run of it is still ending. Returns how many things and bytes that were. */
  empty: procedure.mutation(({ ctx }) => {
    const items = trashItems(ctx);
    refuseBusy(
      ctx,
      items.flatMap(({ kind, id }) => (kind === 'study' ? runIdsOf(ctx.store, id) : [id])),
    );
    for (const { kind, id } of items) {
      if (kind === 'study') deleteStudy(ctx, id);
      else deleteRun(ctx, id);
    }
    return { items: items.length, bytes: items.reduce((sum, item) => sum + item.bytes, 0) };
  }),
});

/** Deletes a study, its runs and their files for good. Throws a conflict while one of them is running, waiting or still ending. */
export function deleteStudy(ctx: ApiContext, studyId: number): void {
  const { store } = ctx;
  const runs = runIdsOf(store, studyId);
  refuseBusy(ctx, runs);
  store.deleteStudy(studyId);
  for (const id of runs) removeRunFiles(store.paths, id);
  ctx.engine.spaceFreed();
}

/** Deletes a run, its cut-off branches and their files for good. Throws a conflict while it is running, waiting or still ending. */
export function deleteRun(ctx: ApiContext, runId: number): void {
  const { store } = ctx;
  refuseBusy(ctx, [runId]);
  const branches = store.run(runId).branches.map((one) => one.id);
  store.deleteRun(runId);
  for (const id of [runId, ...branches]) removeRunFiles(store.paths, id);
  ctx.engine.spaceFreed();
}

function trashItems({ store }: ApiContext): TrashItem[] {
  const studies = store.listStudies({ trashed: true });
  const inStudies = new Set(studies.map((study) => study.id));
  const runs = store.listRuns({ trashed: true, branches: true }).filter((run) => !inStudies.has(run.studyId));
  const items = [
    ...studies.map((study): TrashItem => {
      const bytes = runIdsOf(store, study.id).reduce((sum, id) => sum + folderBytes(store.paths, id), 0);
      const about = `study of ${study.runs} run${study.runs === 1 ? '' : 's'}`;
      return { kind: 'study', id: study.id, name: study.name, about, trashedAt: study.trashedAt ?? 0, bytes };
    }),
    ...runs.map((run): TrashItem => {
      const about = `run of ${run.study}: ${run.variant}, seed ${run.seed}`;
      const bytes = folderBytes(store.paths, run.id);
      return { kind: 'run', id: run.id, name: run.name, about, trashedAt: run.trashedAt ?? 0, bytes };
    }),
  ];
  return items.sort((a, b) => b.trashedAt - a.trashedAt);
}

/** Every run of a study: branches and those in the trash too. */
function runIdsOf(store: ApiContext['store'], studyId: number): number[] {
  const listed = [false, true].flatMap((trashed) => store.listRuns({ studyId, branches: true, trashed }));
  return [...new Set(listed.map((run) => run.id))];
}
