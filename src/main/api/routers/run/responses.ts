/** Responses and evaluated questions: what the model wrote, and every number that entered its reward. */
import { z } from 'zod';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { judgeThinkingOf } from '../../../services/questions/judge-thinking.ts';
import { ANSWER_CHANGES } from '../../../store/answers/answer-pairs.ts';
import { id, responseFilter, runIds, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

/** Sampled responses: pages, groups, search. */
export const responsesRouter = router({
  /** A page of responses by filter; `next` continues it. */
  page: procedure
    .input(
      z.strictObject({
        filter: responseFilter,
        limit: z.int().min(1).max(200).default(64),
        after: text(40).nullable().default(null),
      }),
    )
    .query(({ ctx, input: { filter, ...options } }) => ctx.store.responses(filter, options)),

  /** All responses of one step, group by group. */
  step: procedure
    .input(z.strictObject({ runId: id, step: z.int().min(0), questionId: text(200).optional() }))
    .query(({ ctx, input }) => ctx.store.stepResponses(input.runId, input.step, input.questionId)),

  /** A thinking checked sentence by sentence against the scene of its question, and scored on the rubric's dimensions; null without a scene. */
  judge: procedure
    .input(z.strictObject({ questionId: text(200), text: text(20_000) }))
    .query(({ ctx, input }) => judgeThinkingOf(ctx.store, input.questionId, input.text)),

  /** Values of a response's tokens, base64 of shared/run/token-values.ts, and which weights gave them; null: not kept. */
  tokens: procedure.input(z.strictObject({ id })).query(({ ctx, input }) => {
    const stored = ctx.store.responseTokens(input.id);
    return stored === null ? null : { ...stored, data: stored.data.toString('base64') };
  }),
  /** Keeps values that were computed from a checkpoint, of responses from number `from` of the step on. */
  keepTokens: procedure
    .input(
      z.strictObject({
        runId: id,
        step: z.int().min(1),
        from: z.int().min(0),
        values: z.array(text(LIMITS.response).nullable()).max(LIMITS.questionsPerStep * LIMITS.numGenerations),
        weights: z.strictObject({ step: z.int().min(0), hash: text(LIMITS.label).nullable() }),
      }),
    )
    .mutation(({ ctx, input: { runId, step, from, values, weights } }) =>
      ctx.store.keepTokens(runId, step, from, values, weights),
    ),

  question: procedure.input(z.strictObject({ id: text(200) })).query(({ ctx, input }) => ctx.store.question(input.id)),
  whereAsked: procedure
    .input(z.strictObject({ id: text(200) }))
    .query(({ ctx, input }) => ctx.store.whereAsked(input.id)),
});

/** Benchmark results and the questions behind them. */
export const evaluationsRouter = router({
  ofRuns: procedure.input(z.strictObject({ runIds })).query(({ ctx, input }) => ctx.store.evaluations(input.runIds)),
  questions: procedure.input(z.strictObject({ id })).query(({ ctx, input }) => ctx.store.evaluatedQuestions(input.id)),
  /** The same questions at two evaluations of a benchmark: how many were gained and lost, and the answers. */
  changes: procedure
    .input(
      z.strictObject({
        from: id,
        to: id,
        show: z.enum(ANSWER_CHANGES),
        limit: z.int().min(1).max(1000).default(20),
        offset: z.int().min(0).max(1_000_000).default(0),
      }),
    )
    .query(({ ctx, input: { from, to, show, ...page } }) => ctx.store.answerChanges(from, to, show, page)),
});
