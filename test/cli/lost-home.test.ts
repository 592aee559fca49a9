/** A home that is renamed under a verb that trains in its own process, and under `sophia serve`: one line, exit code 1, nothing at the old place. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/main/store/store.ts';
import { root } from '../setup/source-files.ts';
import { studyYaml } from '../setup/with-engine.ts';
import { temporaryFolder } from '../store/helpers.ts';

const SOPHIA = join(root, 'test/e2e/sophia.ts');

function sophia(...args: string[]): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SOPHIA, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, said: () => said };
}

test('a study that runs in a terminal ends by one line, and goes on at the new place', async () => {
  const folder = temporaryFolder();
  const [home, moved, file] = [join(folder, 'home'), join(folder, 'moved'), join(folder, 'study.yaml')];
  writeFileSync(file, studyYaml({ script: 'fake:ms=20', steps: 80, seeds: '[0]' }));
  const { child, said } = sophia('study', 'run', file, '--home', home);
  while (!existsSync(join(home, 'runs/1/checkpoints'))) await sleep(20);
  renameSync(home, moved);
  assert.deepEqual(await once(child, 'close'), [1, null]);
  assert.match(
    said(),
    /^sophia: The home \S+\/home (was moved to \S+\/moved|is gone)[^\n]*runs resume from their last checkpoint\.$/m,
  );
  assert.equal(existsSync(home), false);
  const again = sophia('study', 'run', file, '--home', moved, '--resume');
  assert.deepEqual(await once(again.child, 'close'), [0, null], again.said());
  const store = openStore(moved, { readonly: true });
  assert.deepEqual(
    store.listRuns().map(({ state, step }) => [state, step]),
    [
      ['finished', 80],
      ['finished', 80],
    ],
  );
  store.close();
});

test('sophia serve ends by one line', async () => {
  const folder = temporaryFolder();
  const [home, moved] = [join(folder, 'home'), join(folder, 'moved')];
  const { child, said } = sophia('serve', '--json', '--home', home);
  await once(child.stdout!, 'data');
  renameSync(home, moved);
  assert.deepEqual(await once(child, 'close'), [1, null]);
  assert.match(said(), /^sophia: The home \S+\/home [^\n]* while the engine had it\. [^\n]*$/m);
  assert.equal(existsSync(home), false);
});
