/** The Python package of trainer trl from the tests: its module `ask` on a plain Python, and runs of it where TRL is asked for. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { PACKAGE } from '../../../src/main/trainers/trl/environment/pinned-packages.ts';
import { preparedPython } from '../../../src/main/trainers/trl/environment/python-environment.ts';
import { parseEventLine } from '../../../src/shared/run/event-lines.ts';
import type { RunEvent } from '../../../src/shared/run/run-events.ts';

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

/** Why tests that need TRL are skipped; false where they are asked for. */
export const NO_TRL =
  process.env.SOPHIA_TEST_TRL !== '1' && 'needs PyTorch and TRL (about 6 GB); SOPHIA_TEST_TRL=1 runs it';

/** A Python with TRL: SOPHIA_TRL_PYTHON, or the cache's environment, made where it is not there. */
export async function trlPython(): Promise<string> {
  const making = preparedPython(0, new AbortController().signal);
  for (;;) {
    const { done, value } = await making.next();
    if (done === true) return value;
  }
}

/** What a run of sophia_trl says, from its start or from a checkpoint. `folder` holds the run's files, `out` gets its checkpoints. */
export function trained(python: string, folder: string, out: string, resume?: string): RunEvent[] {
  const more = resume === undefined ? [] : ['--resume', resume];
  const args = ['-m', 'sophia_trl', folder, '--out', out, '--threads', '1', ...more];
  const { stdout, stderr, status } = spawnSync(python, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, PYTHONPATH: PACKAGE, PYTHONDONTWRITEBYTECODE: '1', SOPHIA_NODE: process.execPath },
  });
  assert.equal(status, 0, `${stdout.slice(-500)}\n${stderr.slice(-2000)}`);
  const lines = stdout.trim().split('\n');
  return lines.map((line, i) => parseEventLine(line, `line ${i + 1}`).event);
}
