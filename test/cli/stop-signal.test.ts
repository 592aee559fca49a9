/** What asks a program to end, and what does not: a closed terminal stops it in order, a closed pipe changes nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../setup/source-files.ts';

const from = (file: string) => JSON.stringify(path.join(root, 'src/main/cli', file));

function program(source: string) {
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} asks for a stop in order`, async () => {
    const child = program(`
      import { onStopSignal } from ${from('common/stop-signal.ts')};
      const stay = setInterval(() => {}, 1000);
      onStopSignal(() => { clearInterval(stay); process.exitCode = 42; });
      console.log('ready');`);
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'close'), [42, null]);
  });

test('a verb whose readers have gone goes on to its end', async () => {
  const child = program(`
    import { runCommandLine } from ${from('command-line.ts')};
    await runCommandLine(['--version']);
    let left = 40;
    const say = setInterval(() => {
      console.log('x'.repeat(5000));
      console.error('y'.repeat(5000));
      if (--left > 0) return;
      clearInterval(say);
      process.exitCode = 43;
    }, 5);`);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stderr.destroy();
  assert.deepEqual(await once(child, 'exit'), [43, null]);
});
