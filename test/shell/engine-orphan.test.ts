/** kill -9 of the program that started the engine, while a run trains: engine and worker end by themselves and the home is free again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { isAlive } from '../setup/is-alive.ts';
import { studyYaml } from '../setup/with-engine.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Starts the engine as the window does, over a channel, and says its process number. */
const STARTER = `
  import { spawn } from 'node:child_process';
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', process.argv[1]], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (message) => message.kind === 'ready' && console.log(JSON.stringify({ pid: child.pid, url: message.pageUrl })));
`;

test('the engine stops its runs and itself when the window is killed, and nothing is lost', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sophia-orphan-'));
  const study = parseStudy(studyYaml({ script: 'fake:ms=20', steps: 5000, seeds: '[0]', variants: '[grpo]' }), 'test');
  const first = openStore(home);
  const runId = first.listRuns({ studyId: first.addStudy(study).studyId })[0]!.id;
  first.close();
  const env = { ...process.env, SOPHIA_HOME: home, SOPHIA_NODE: process.execPath };
  const window = spawn(process.execPath, ['--input-type=module', '-e', STARTER, here('./engine-entry.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(window.stdout, 'data')) as [Buffer];
  const { pid, url } = JSON.parse(line.toString()) as { pid: number; url: string };
  const { origin, hash, search } = new URL(url);
  const token = /token=([\w-]+)/.exec(`${search}${hash}`)![1]!;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${origin}/api/runs.resume`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ id: runId }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const read = () => {
    const store = openStore(home, { readonly: true });
    const run = store.run(runId);
    store.close();
    return run;
  };
  while (read().step < 5) await sleep(50);
  const worker = read().pid!;
  window.kill('SIGKILL');
  await once(window, 'exit');
  while (isAlive(pid) || isAlive(worker)) await sleep(50); // the test runner's own timeout ends this when it never happens
  const { state, step, pid: left } = read();
  assert.deepEqual([state, left], ['interrupted', null]);
  const store = openStore(home);
  assert.deepEqual([store.checkDatabase(), store.stepTimes(runId).steps.length], ['ok', step]);
  store.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
