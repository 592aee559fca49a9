/** The TRM workbench: its steps to be started, and what they made: data sets, annotation queues, builds with flow and histograms, trained TRMs, validations. */
import { z } from 'zod';
import { TRM_STEP_NAMES } from '../../../../shared/trm/pipeline-steps.ts';
import { byId, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const limit = z.int().min(1).max(500).default(100);

/** What a person filled in for a step, by the names of its fields. */
const values = z.record(text(40), z.union([text(2000), z.number(), z.boolean(), z.array(text(100)).max(100)]));

/** The TRM workbench. */
export const trmRouter = router({
  /** Steps that were started here, newest first: waiting, running, ended. */
  jobs: procedure.query(({ ctx }) => ctx.engine.pipeline.jobs),
  /** Starts a step, or puts it behind those that were started before. */
  start: procedure
    .input(z.strictObject({ step: z.enum(TRM_STEP_NAMES), values }))
    .mutation(({ ctx, input }) => ctx.engine.pipeline.add(input.step, input.values)),
  /** Stops a step; asked again, at once. */
  stop: procedure.input(byId).mutation(({ ctx, input }) => ctx.engine.pipeline.stop(input.id)),

  datasets: procedure.query(({ ctx }) => ctx.store.trmDatasets()),
  /** Pairs of a data set, a page after a position. */
  pairs: procedure
    .input(z.strictObject({ id, after: z.int().min(-1).default(-1), limit }))
    .query(({ ctx, input }) => ctx.store.trmPairs(input.id, input.after, input.limit)),

  /** Every annotation with the state of its queue: scored, failed by kind, waiting, attempts, cost. */
  annotations: procedure.query(({ ctx }) => ctx.store.trmAnnotations()),

  builds: procedure.query(({ ctx }) => ctx.store.trmBuilds()),
  /** A build: the flow of counts, and pairs per score interval before filtering, after it, after sampling. */
  build: procedure.input(byId).query(({ ctx, input }) => ({
    build: ctx.store.trmBuild(input.id),
    flow: ctx.store.trmFlow(input.id),
    histogram: ctx.store.trmHistogram(input.id),
  })),
  /** Pairs of a build with one fate ("sampled", "not sampled", or a filter's name), a page after a pair's id. */
  buildPairs: procedure
    .input(z.strictObject({ id, fate: text(40), after: z.int().min(0).default(0), limit }))
    .query(({ ctx, input }) => ctx.store.trmBuildPairs(input.id, input.fate, input.after, input.limit)),

  models: procedure.query(({ ctx }) => ctx.store.trmModels()),
  losses: procedure.input(byId).query(({ ctx, input }) => ctx.store.trmLosses(input.id)),

  validations: procedure.query(({ ctx }) => ctx.store.trmValidations()),
  /** A validation with all figures (own and differences, with intervals) and calibration curves. */
  validation: procedure.input(byId).query(({ ctx, input }) => ctx.store.trmValidation(input.id)),
  /** Judged responses of one split, a page after a position. */
  validatedResponses: procedure
    .input(z.strictObject({ id, split: text(40), after: z.int().min(-1).default(-1), limit }))
    .query(({ ctx, input }) => ctx.store.trmValidatedResponses(input.id, input.split, input.after, input.limit)),
});
