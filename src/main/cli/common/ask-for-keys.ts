/** Asks at the terminal before a key goes to a host that was not confirmed. Without a terminal the refusal stands, with the command that confirms. */
import { createInterface } from 'node:readline/promises';
import { KEY_VARIABLE } from '../../../shared/settings/base-url.ts';
import { UnconfirmedKey } from '../../../shared/settings/key-hosts.ts';

/** Does the work; where it is refused for a key and the user says yes, confirms and does it again. `args`: what was typed. */
export async function askingForKeys(args: readonly string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isAsked = process.stdin.isTTY && process.stderr.isTTY && !args.includes('--json');
    if (!(error instanceof UnconfirmedKey) || !isAsked || !(await isAllowed(error))) throw error;
    const { confirmKey } = await import('../../store/settings/confirmed-keys.ts');
    const { resolveHome } = await import('../../store/open/home.ts');
    for (const pair of error.pairs) confirmKey(resolveHome(homeOf(args)), pair);
    await work();
  }
}

async function isAllowed({ pairs }: UnconfirmedKey): Promise<boolean> {
  if (pairs.some(({ variable }) => !KEY_VARIABLE.test(variable))) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (const { variable, origin } of pairs) {
      const answer = await terminal.question(`Send the key in ${variable} to ${origin}, now and later? [y/N] `);
      if (!/^y(es)?$/i.test(answer.trim())) return false;
    }
    return true;
  } finally {
    terminal.close();
  }
}

/** The value of --home, in either form. */
function homeOf(args: readonly string[]): string | undefined {
  const at = args.indexOf('--home');
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith('--home='))?.slice('--home='.length);
}
