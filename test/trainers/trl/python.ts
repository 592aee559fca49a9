/** The Python package of trainer trl from the tests: its module `ask` on a plain Python. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PACKAGE } from '../../../src/main/trainers/trl/environment/python-environment.ts';

/** Sends requests to the rules through the package's client; resolves to its answers, one a request. `more` follows the run's folder. */
export async function askThroughPython(
  folder: string,
  requests: readonly object[],
  more: readonly string[] = [],
): Promise<Record<string, unknown>[]> {
  const python = process.env.PYTHON ?? 'python3';
  const child = spawn(python, ['-m', 'sophia_trl.ask', folder, ...more], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', SOPHIA_NODE: process.execPath },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  await once(child, 'close');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
