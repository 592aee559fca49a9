/** The engine itself: how it is, what is installed, and every setting there is. */
import { settingLeaves } from '../../../shared/settings/setting-paths.ts';
import { runVerb } from '../../services/run-verb.ts';
import { procedure, router } from '../trpc.ts';

/** The engine itself: what it is, its settings, examples, doctor. */
export const engineRouter = router({
  status: procedure.query(({ ctx }) => ctx.engine.status()),
  settings: procedure.query(() => settingLeaves()),

  /** The report of `sophia doctor --json`, made by a process of its own: it loads the tensor backend, which the engine never does. */
  doctor: procedure.query(
    ({ ctx, signal }): Promise<unknown> => runVerb(ctx.engine.program, ['doctor'], { timeoutMs: 120_000, signal }),
  ),
});
