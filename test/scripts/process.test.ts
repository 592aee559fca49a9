import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../scripts/setup/process.mjs';

const failing = (text: string) =>
  run(process.execPath, ['-e', `console.error(${JSON.stringify(text)}); process.exit(3)`]);

test('a failed program is summed up by its most telling line', async () => {
  const pip =
    'WARNING: Retrying after connection error\nERROR: No matching distribution found for x (from versions: 1, 2)\n';
  assert.equal((await failing(pip)).problem, 'No matching distribution found for x');
  const npm =
    'npm error code E404\nnpm error 404 Not Found - GET https://example.invalid/x\nnpm error A complete log\n';
  assert.equal((await failing(npm)).problem, '404 Not Found - GET https://example.invalid/x');
  assert.equal(
    (await failing('a.cc:1:10: fatal error: b.h: No such file')).problem,
    'a.cc:1:10: fatal error: b.h: No such file',
  );
});

test('a program that is not there or hangs is a failure, not an exception', async () => {
  assert.equal((await run('no-such-program-here', [])).problem, 'no-such-program-here was not found');
  const hanging = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeout: 300 });
  assert.deepEqual([hanging.ok, hanging.problem], [false, 'took longer than 0.3 s']);
});
