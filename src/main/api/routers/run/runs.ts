/** Runs: one in full, its curves, its steps, its events; stopping, resuming, naming, tidying up. */
import { z } from 'zod';
import { QUANTITY_NAMES } from '../../../../shared/run/quantities.ts';
import { columnId, VIEW_LIMITS } from '../../../../shared/run-table/view.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { beside } from '../../../services/beside/beside.ts';
import { distributionsOf } from '../../../services/runs/distributions.ts';
import { fetchAsModel } from '../../../services/runs/fetch-checkpoint.ts';
import { placedCheckpoints } from '../../../services/runs/placed-checkpoints.ts';
import { findInLog, runLog } from '../../../services/runs/run-log.ts';
import { deleteRun, restoreRun, trashRuns } from '../../../services/runs/trash.ts';
import { settingImportance } from '../../../store/run-table/importance.ts';
import { runTable } from '../../../store/run-table/run-table.ts';
import { placeOf } from '../../context.ts';
import { byId, id, metricName, runIds, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const MOST_POINTS = 20_000;
const tags = z.array(text(LIMITS.tag)).max(LIMITS.tags);
/** Of a comparison of distributions. */
const MOST_ARMS = 24;
const MOST_RUNS_OF_ARM = 100;
/** Every step of a metric without values is read. */
const MOST_LOOKED_THROUGH = 200;

/** Runs: list, show, stop, resume, rename, trash. */
export const runsRouter = router({
  list: procedure
    .input(
      z
        .strictObject({ studyId: id.optional(), trashed: z.boolean().optional(), branches: z.boolean().optional() })
        .default({}),
    )
    .query(({ ctx, input }) => ctx.store.listRuns(input)),

  /** A study's runs, or all (null), with columns of choice, those that a filter and words let through; values by the ids of their columns. */
  table: procedure
    .input(
      z.strictObject({
        studyId: id.nullable(),
        columns: z.array(columnId).max(VIEW_LIMITS.columns).optional(),
        also: z.array(columnId).max(VIEW_LIMITS.further).optional(),
        filter: text(VIEW_LIMITS.filter).optional(),
        find: text(VIEW_LIMITS.filter).optional(),
      }),
    )
    .query(({ ctx, input: { studyId, ...options } }) => runTable(ctx.store, studyId, options)),

  /** How much each setting that they differ in moves a column of the runs of a study that a filter lets through: least squares. */
  importance: procedure
    .input(z.strictObject({ studyId: id, filter: text(VIEW_LIMITS.wholeFilter).default(''), target: columnId }))
    .query(({ ctx, input: { studyId, ...options } }) => settingImportance(ctx.store, studyId, options)),

  get: procedure.input(byId).query(({ ctx, input }) => ({
    cursor: ctx.store.newestCursor(),
    run: ctx.store.run(input.id),
    metrics: ctx.store.metricNames([input.id]),
    emptyMetrics: ctx.store.emptyMetrics([input.id]),
    checkpoints: placedCheckpoints(ctx.store, input.id),
  })),

  /** What its policy is given for its first question: text and token ids. */
  prompt: procedure
    .input(byId)
    .query(({ ctx, input, signal }) => beside(placeOf(ctx), 'prompt', { runId: input.id }, signal)),

  /** Copies a checkpoint of a run on a cluster into the home's models; the newest where no step is named. */
  fetchCheckpoint: procedure
    .input(byId.extend({ step: z.int().min(0).optional(), name: text(64) }))
    .mutation(async ({ ctx, input: { id: run, step, name } }) => {
      const fetch = (uri: string, into: string) => ctx.engine.fetchCheckpoint(uri, into);
      const model = await fetchAsModel(ctx.store, fetch, { run, step, name });
      ctx.changes.notify();
      return { name: model.name, folder: model.folder };
    }),

  /** The last lines of what its process wrote, or those before a place in it. */
  log: procedure
    .input(byId.extend({ before: z.int().min(0).optional() }))
    .query(({ ctx, input }) => runLog(ctx.store.paths, ctx.store.run(input.id).id, input.before)),

  /** The lines of it that hold a text. */
  findInLog: procedure
    .input(byId.extend({ text: text(200).min(1) }))
    .query(({ ctx, input }) => findInLog(ctx.store.paths, ctx.store.run(input.id).id, input.text)),

  /** Brings in what the runs of a packed study have said, from a folder of this machine. */
  importPack: procedure.input(z.strictObject({ folder: text(4096) })).mutation(async ({ ctx, input }) => {
    await ctx.engine.settled;
    const brought = await beside(placeOf(ctx), 'pack', input);
    ctx.changes.notify();
    return brought;
  }),

  /** Names of the metrics that any of the runs has. */
  metricNames: procedure
    .input(z.strictObject({ runIds }))
    .query(({ ctx, input }) => ctx.store.metricNames(input.runIds)),
  /** Names of the metrics that all of the runs have without any value. */
  emptyMetrics: procedure
    .input(z.strictObject({ runIds: runIds.max(MOST_LOOKED_THROUGH) }))
    .query(({ ctx, input }) => ctx.store.emptyMetrics(input.runIds)),

  /** Curves of one metric, one per run, thinned to about `maxPoints` each for drawing; `total` counts all points. */
  series: procedure
    .input(
      z.strictObject({
        runIds,
        metric: metricName,
        sinceStep: z.int().min(-1).optional(),
        untilStep: z.int().min(0).optional(),
        maxPoints: z.int().min(10).max(MOST_POINTS).default(2000),
      }),
    )
    .query(({ ctx, input: { runIds, metric, ...options } }) => ctx.store.metricSeries(runIds, metric, options)),

  /** When each step was recorded (ms since 1970), and when the run began: the x axis "wall time". */
  stepTimes: procedure.input(z.strictObject({ runIds })).query(({ ctx, input }) =>
    input.runIds.map((runId) => ({
      runId,
      startedAt: ctx.store.run(runId).startedAt,
      ...ctx.store.stepTimes(runId),
    })),
  ),

  /** The steps after one that have metrics, as stretches [first, last] without a hole. */
  steps: procedure
    .input(z.strictObject({ id, since: z.int().min(-1).default(-1) }))
    .query(({ ctx, input }) => ctx.store.stepStretches(input.id, input.since)),

  /** Every metric of up to 500 steps. */
  stepTable: procedure
    .input(z.strictObject({ id, steps: z.array(z.int().min(0)).max(500) }))
    .query(({ ctx, input }) => ctx.store.stepRows(input.id, input.steps)),

  events: procedure
    .input(z.strictObject({ id, before: z.int().optional(), limit: z.int().min(1).max(1000).default(200) }))
    .query(({ ctx, input: { id: run, ...options } }) => ctx.store.events(run, options)),

  /** How far thinking rewards were trusted, group by group, over all steps or the last ones. */
  trust: procedure
    .input(z.strictObject({ runIds, lastSteps: z.int().min(1).max(1_000_000).optional() }))
    .query(({ ctx, input }) => ctx.store.trustOf(input.runIds, input.lastSteps ?? null)),

  /** Histograms of rewards, advantage, length and trust over steps, thinking against outcome, ways of answering: by arm. */
  distributions: procedure
    .input(
      z.strictObject({
        arms: z.array(z.array(id).max(MOST_RUNS_OF_ARM)).min(1).max(MOST_ARMS),
        quantities: z.array(z.enum(QUANTITY_NAMES)).max(QUANTITY_NAMES.length).optional(),
      }),
    )
    .query(({ ctx, input }) => distributionsOf(ctx.store, input.arms, input.quantities)),

  stop: procedure.input(byId).mutation(({ ctx, input }) => ctx.engine.stopRun(input.id)),
  resume: procedure
    .input(z.strictObject({ id, fromStep: z.int().min(0).optional() }))
    .mutation(({ ctx, input }) => ctx.engine.resumeRun(input.id, input.fromStep)),
  rename: procedure
    .input(z.strictObject({ id, name: text(LIMITS.runName) }))
    .mutation(({ ctx, input }) => ctx.store.renameRun(input.id, input.name)),
  note: procedure
    .input(z.strictObject({ id, notes: text(LIMITS.notes) }))
    .mutation(({ ctx, input }) => ctx.store.setRunNotes(input.id, input.notes)),
  tag: procedure
    .input(z.strictObject({ id, tags }))
    .mutation(({ ctx, input }) => ctx.store.setRunTags(input.id, input.tags)),
  pin: procedure
    .input(z.strictObject({ id, pinned: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.store.pinRun(input.id, input.pinned)),
  /** Gives many runs tags, or takes some from them. */
  changeTags: procedure
    .input(z.strictObject({ runIds, add: tags.default([]), remove: tags.default([]) }))
    .mutation(({ ctx, input }) => ctx.store.changeRunTags(input.runIds, input.add, input.remove)),
  trash: procedure.input(byId).mutation(({ ctx, input }) => trashRuns(ctx, [input.id])),
  trashMany: procedure.input(z.strictObject({ runIds })).mutation(({ ctx, input }) => trashRuns(ctx, input.runIds)),
  restoreMany: procedure.input(z.strictObject({ runIds })).mutation(({ ctx, input }) => {
    for (const run of input.runIds) restoreRun(ctx.store, run);
  }),
  restore: procedure.input(byId).mutation(({ ctx, input }) => restoreRun(ctx.store, input.id)),
  delete: procedure.input(byId).mutation(({ ctx, input }) => deleteRun(ctx, input.id)),
});
