/** The engine itself: how it is, what is installed, and every setting there is. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SophiaError } from '../../../shared/errors.ts';
import { settingLeaves } from '../../../shared/setting-paths.ts';
import { procedure, router } from '../trpc.ts';

const run = promisify(execFile);
const COMMAND_LINE = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** The engine itself: what it is, its settings, examples, doctor. */
export const engineRouter = router({
  status: procedure.query(({ ctx }) => ctx.engine.status()),
  settings: procedure.query(() => settingLeaves()),

  /** The report of `sophia doctor --json`, made by a process of its own: it loads the tensor backend, which the engine never does. */
  doctor: procedure.query(async ({ ctx, signal }): Promise<unknown> => {
    try {
      const { stdout } = await run(ctx.engine.node, [COMMAND_LINE, 'doctor', '--json'], {
        timeout: 120_000,
        ...(signal && { signal }),
      });
      return JSON.parse(stdout);
    } catch (error) {
      throw new SophiaError('environment', 'sophia doctor could not finish.', 'Run it in a terminal to see why.', {
        cause: error,
      });
    }
  }),
});
