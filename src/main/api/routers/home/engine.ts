/** The engine itself: how it is, what is installed, and every setting there is. */
import { z } from 'zod';
import { settingLeaves } from '../../../../shared/settings/setting-paths.ts';
import { runVerb } from '../../../services/run-verb.ts';
import { procedure, router } from '../../trpc.ts';

/** The engine itself: what it is, its settings, examples, doctor. */
export const engineRouter = router({
  status: procedure.query(({ ctx }) => ctx.engine.status()),
  /** What its machine is busy with: samples later than `after`; asking keeps it sampling for a while. */
  machine: procedure
    .input(z.strictObject({ after: z.number().min(0).default(0) }).default({ after: 0 }))
    .query(({ ctx, input }) => ctx.engine.machine.look(input.after)),

  settings: procedure.query(() => settingLeaves()),

  /** The report of `sophia doctor --json`, made by a process of its own: it loads the tensor backend, which the engine never does. */
  doctor: procedure.query(
    ({ ctx, signal }): Promise<unknown> => runVerb(ctx.engine.program, ['doctor'], { timeoutMs: 120_000, signal }),
  ),
});
