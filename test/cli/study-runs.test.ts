/** `sophia study runs` as a user types it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { before, test } from 'node:test';
import { openStore } from '../../src/main/store/store.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { root } from '../setup/source-files.ts';
import { sampleEvaluation, temporaryFolder } from '../store/helpers.ts';

const home = temporaryFolder();

before(() => {
  const store = openStore(home);
  const yaml =
    'name: swept\nvariants: {low: {base: full, reward: {alpha: 0.1}}, high: {base: full, reward: {alpha: 1}}}\n';
  const { studyId } = store.addStudy(
    parseStudy(`${yaml}seeds: [0, 1]\nbaseline: low\nsettings: {training: {totalSteps: 1}}\n`, 'swept.yaml'),
  );
  for (const { id, variant, seed } of store.listRuns({ studyId })) {
    const { attempt } = store.startRun(id);
    store.recordEvent(id, attempt, { kind: 'step', step: 1, metrics: { kl: seed + 0.5 }, responses: [] });
    store.recordEvent(id, attempt, sampleEvaluation(1, 'chart-test', (variant === 'high' ? 6 : 3) + seed));
  }
  store.close();
});

function runs(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, SOPHIA_SKIP_TENSORFLOW: '1' };
  const command = [path.join(root, 'bin/sophia'), 'study', 'runs', 'swept', '--home', home, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

test('chosen columns, a filter, the largest first; how many were left out', async () => {
  const { code, out, err } = await runs(
    ...['--columns', 'variant,seed,alpha,accuracy,kl', '--filter', 'accuracy > 35%', '--sort=-accuracy'],
  );
  assert.equal(code, 0, err);
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s{2,}/)),
    [
      ['variant', 'seed', 'reward.alpha', 'accuracy/test %', 'kl'],
      ['high', '1', '1', '70.0', '1.5'],
      ['high', '0', '1', '60.0', '0.5'],
      ['low', '1', '0.1', '40.0', '1.5'],
      ['3 of 4 runs'],
    ],
  );
});

test('a row per value of a setting, with half the 95 % interval; the same as JSON', async () => {
  const { out } = await runs('--columns', 'accuracy', '--group', 'alpha', '--sort', 'alpha');
  assert.match(out, /^0\.1 +2 +35\.0 ± 63\.5$/m); // 12.7 x 0.0707 / sqrt(2)
  const { out: json } = await runs('--columns', 'accuracy', '--group', 'alpha', '--json');
  const [low] = JSON.parse(json) as {
    value: number;
    runs: string[];
    figures: Record<string, { mean: number; n: number }>;
  }[];
  assert.equal(low!.value, 0.1);
  assert.equal(low!.runs.length, 2);
  assert.deepEqual([low!.figures['accuracy/test']!.mean.toFixed(2), low!.figures['accuracy/test']!.n], ['0.35', 2]);
});

test('what is wrong in a filter is one line that says where; the columns are listed on request', async () => {
  const { code, err } = await runs('--filter', 'acuracy > 1');
  assert.equal(code, 2);
  assert.match(err, /^sophia: Filter, character 1: There is no column "acuracy"\. Did you mean "accuracy"\?\.\n$/);
  const { out } = await runs('--list-columns');
  assert.match(out, /^reward\.alpha +alpha +Weight of the thinking reward +yes$/m);
});
