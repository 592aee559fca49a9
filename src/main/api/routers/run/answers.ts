/** Answers of any two checkpoints to the same questions, and token values, computed because somebody asks. */
import { z } from 'zod';
import { ASKED_QUESTIONS } from '../../../../shared/answers/asked-answers.ts';
import { LIMITS } from '../../../../shared/values/limits.ts';
import { answerChoices } from '../../../services/answers/answer-choices.ts';
import { answerWeights, comparedAnswers } from '../../../services/answers/answer-weights.ts';
import { tokenPlan } from '../../../services/runs/token-plan.ts';
import { ANSWER_CHANGES } from '../../../store/answers/answer-pairs.ts';
import { byId, id, text } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const end = z.strictObject({ runId: id, step: z.int().min(0).max(LIMITS.step) });
const asked = z.strictObject({
  from: end,
  to: end,
  benchmark: text(LIMITS.label).min(1),
  questions: z.int().min(1).max(ASKED_QUESTIONS.most),
});

const tokensOf = z.strictObject({ runId: id, step: z.int().min(1).max(LIMITS.step) });

/** Answers that somebody asks of checkpoints. */
export const answersRouter = router({
  /** Steps of a run whose weights can be asked, and benchmarks. */
  choices: procedure.input(byId).query(({ ctx, input }) => answerChoices(ctx.store, input.id)),

  /** How far the answers of both ends are; once they are whole, what changed, and a page of the questions. */
  compared: procedure
    .input(
      asked.extend({
        show: z.enum(ANSWER_CHANGES),
        limit: z.int().min(1).max(1000).default(20),
        offset: z.int().min(0).max(1_000_000).default(0),
      }),
    )
    .query(({ ctx, input: { show, limit, offset, ...wanted } }) =>
      comparedAnswers(ctx.store, wanted, { show, limit, offset }),
    ),

  /** Has the missing answers generated. */
  start: procedure.input(asked).mutation(({ ctx, input }) => {
    for (const one of [input.from, input.to]) answerWeights(ctx.store, one); // refused at once, by name
    return ctx.engine.checkpoints.addAnswers(input);
  }),

  /** What computing the values of a step's tokens would take. */
  tokenPlan: procedure.input(tokensOf).query(({ ctx, input }) => tokenPlan(ctx.store, input.runId, input.step)),
  /** Has the values of a step's tokens computed from the nearest checkpoint. */
  startTokens: procedure
    .input(tokensOf)
    .mutation(({ ctx, input }) => ctx.engine.checkpoints.addTokens(input.runId, input.step)),

  /** What was started, newest first. */
  jobs: procedure.query(({ ctx }) => ctx.engine.checkpoints.jobs),
  /** Stops a job at its next safe point; asked again, at once. */
  stop: procedure.input(byId).mutation(({ ctx, input }) => ctx.engine.checkpoints.stop(input.id)),
});
