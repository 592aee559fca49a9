import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../setup/is-alive.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

async function runEndsAfterEngine(script: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sophia-orphan-'));
  const engine = spawn(process.execPath, [here('./engine-to-kill.ts'), home, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(engine.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString().trim());
  engine.kill('SIGKILL');
  await once(engine, 'exit');
  while (isAlive(pid)) await sleep(50); // the test runner's own timeout ends this when it never happens
  rmSync(home, { recursive: true, force: true });
}

test('the process of a run ends by itself when the engine is killed', { timeout: 30_000 }, () =>
  runEndsAfterEngine('fake:ms=20'),
);

test('one that hangs in a native call ends too', { timeout: 30_000 }, () => runEndsAfterEngine('fake:hang@3'));

test('one that is started by hand says what it is', async () => {
  const worker = spawn(process.execPath, [here('../../../src/main/trainers/native/native-run.ts')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  worker.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(worker, 'close');
  assert.equal(code, 2);
  assert.match(said, /started by the engine only/);
});
