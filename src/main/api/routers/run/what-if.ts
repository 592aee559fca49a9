/** What-if: the logged rewards of a run put through other trust, annealing, alpha or preset (services/runs/what-if.ts). */
import { z } from 'zod';
import { namesOf } from '../../../../shared/kinds/kind.ts';
import { ANNEALING_SCHEDULES, REWARD_PRESETS, TRUST_MODES } from '../../../../shared/kinds/trust.ts';
import { whatIfRun, whatIfStep } from '../../../services/runs/what-if.ts';
import { id } from '../../inputs.ts';
import { procedure, router } from '../../trpc.ts';

const changes = z.strictObject({
  preset: z.enum(namesOf(REWARD_PRESETS)).optional(),
  alpha: z.number().min(0).max(10).optional(),
  trust: z.enum(namesOf(TRUST_MODES)).optional(),
  annealing: z.enum(namesOf(ANNEALING_SCHEDULES)).optional(),
  correctThreshold: z.number().positive().max(1).optional(),
  annealingSteps: z.int().min(0).max(1_000_000).optional(),
});

/** Recomputes trust, reward and advantage of logged groups; trains nothing. */
export const whatIfRouter = router({
  run: procedure
    .input(z.strictObject({ id, changes }))
    .query(({ ctx, input }) => whatIfRun(ctx.store, input.id, input.changes)),
  step: procedure
    .input(z.strictObject({ id, step: z.int().min(0), changes }))
    .query(({ ctx, input }) => whatIfStep(ctx.store, input.id, input.step, input.changes)),
});
