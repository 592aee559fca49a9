/** Work that the engine leaves to a `sophia` process of its own, so that neither tensors nor long files hold the engine up. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SophiaError } from '../../shared/errors.ts';
import type { Program } from '../jobs/verbs/command-line.ts';

const execute = promisify(execFile);

/**
 * Runs a verb of the command line with --json and gives what it printed.
 * @throws SophiaError 'data' with the verb's own line when it fails.
 */
export async function runVerb(
  { node, commandLine }: Program,
  args: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    /** Take what it printed even where it says by its exit code that something is not well. */
    readonly anyExit?: boolean;
  },
): Promise<unknown> {
  try {
    const { stdout } = await execute(node, [commandLine, '--json', ...args], {
      timeout: options.timeoutMs,
      maxBuffer: 2 ** 28,
      ...(options.signal && { signal: options.signal }),
    });
    return JSON.parse(stdout);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    if (said?.startsWith('sophia: ')) throw new SophiaError('data', said.slice('sophia: '.length));
    const printed = (error as { stdout?: string }).stdout ?? '';
    if (options.anyExit === true && printed.startsWith('{')) return JSON.parse(printed);
    throw new SophiaError('environment', `sophia ${args[0]} could not finish.`, 'Run it in a terminal to see why.', {
      cause: error,
    });
  }
}
