/** The rules' process as the Python package leads it: one that dies is started again, one that hangs is an error by name. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeRun } from '../../../src/main/trainers/trl/write-run.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { askThroughPython } from './python.ts';

let folder: string;
let run: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sophia-rules-'));
  run = join(folder, 'run');
  const settings = parseSettings({
    trainer: 'trl',
    training: { totalSteps: 1, questionsPerStep: 1 },
    reward: { thinking: 'none' },
    evaluation: { benchmarks: ['chart-test'], questions: 1 },
  });
  await writeRun(settings, { home: folder, folder: run, codeVersion: 'test' });
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('rules that die are started again and asked again', async () => {
  const script = join(folder, 'dies-once.mjs');
  const marker = join(folder, 'died');
  writeFileSync(
    script,
    `import { existsSync, writeFileSync } from 'node:fs';
    if (existsSync(${JSON.stringify(marker)})) await import(${JSON.stringify(join(run, 'rules.mjs'))});
    else process.stdin.once('data', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(9); });`,
  );
  const [answer] = await askThroughPython(run, [{ ask: 'asked', step: 0 }], [process.execPath, script, run]);
  assert.ok(existsSync(marker));
  assert.equal(answer!.starts, 2);
  assert.equal((answer as { events: unknown[] }).events.length, 1);
});

test('rules that die each time are given up by name', async () => {
  const [answer] = await askThroughPython(
    run,
    [{ ask: 'asked', step: 0 }],
    [process.execPath, '-e', 'process.stdin.once("data", () => process.exit(9))'],
  );
  const { error } = answer as { error: { code: string; message: string } };
  assert.equal(error.code, 'environment');
  assert.match(error.message, /^The rules died 3 times when asked to 'asked'/);
});

test('rules that hang are ended, and that is said by name', async () => {
  const [answer] = await askThroughPython(
    run,
    [{ ask: 'asked', step: 0 }],
    ['--timeout', '1.5', process.execPath, '-e', 'process.stdin.resume()'],
  );
  assert.deepEqual(answer!.error, {
    code: 'environment',
    message: "The rules did not answer 'asked' within 1.5 s; they were ended.",
  });
});
