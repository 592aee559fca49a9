/** Validation of the instrument: how its checks stand in this home, starting and stopping `sophia validate`. */
import { z } from 'zod';
import { VALIDATED_WORLDS } from '../../../../shared/validation/checks.ts';
import { startValidation, stopValidation, validationOverview } from '../../../services/validations.ts';
import { procedure, router } from '../../trpc.ts';

/** Validation of the instrument. */
export const validationRouter = router({
  /** Every world's checks with what was measured, and what goes on. */
  get: procedure.query(({ ctx }) => validationOverview(ctx.store)),
  /** Starts a validation of one world, or of each. */
  start: procedure
    .input(z.strictObject({ world: z.enum(VALIDATED_WORLDS).nullable().default(null), quick: z.boolean() }))
    .mutation(({ ctx, input }) => startValidation(ctx.store.paths.home, ctx.engine.program, input)),
  /** Stops it; what was measured stays. */
  stop: procedure.mutation(({ ctx }) => stopValidation(ctx.store.paths.home)),
});
