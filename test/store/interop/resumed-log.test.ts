/** Logs of resumed runs, and EasyR1's console form. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { temporaryFile, temporaryStore } from '../helpers.ts';
import { checkLog } from './check-log.ts';

describe('logs of resumed runs and of consoles', () => {
  test('a resumed log becomes a run with a branch: curves and views hold the values that count', async () => {
    const store = temporaryStore();
    const file = temporaryFile([1, 2, 3, 4, 2, 3].map((step, i) => `{"step": ${step}, "reward": ${i}}\n`).join(''));
    const { runId, steps } = await importLog(store, file, 'trl');
    assert.equal(steps, 3);
    const points = (table: string) =>
      store.database.prepare(`SELECT step, value FROM ${table} ORDER BY step`).raw().all() as unknown[];
    assert.deepEqual(points('v_metrics'), [
      [1, 0],
      [2, 4],
      [3, 5],
    ]);
    const [branch, ...others] = store.run(runId).branches;
    assert.deepEqual(others, []);
    assert.equal(branch?.cutStep, 1);
    assert.equal(branch?.step, 4);
    assert.deepEqual(points(`metrics WHERE run_id = ${branch?.id}`), [
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
  });

  test('values of an earlier step that were not given before are no resume', () => {
    const text = '{"step": 3, "reward": 0.3}\n{"step": 2, "timing": 5}\n{"step": 4, "reward": 0.4}\n';
    checkLog(
      text,
      'trl',
      {
        reward: [
          [3, 0.3],
          [4, 0.4],
        ],
        timing: [[2, 5]],
      },
      [/^line 2: step 2 comes after step 3$/],
    );
  });

  test("EasyR1's console blocks are read, behind Ray's prefix and between other processes' lines", () => {
    const behind = (pid: number, lines: string[]) =>
      lines.map((line) => `\u001b[36m(Runner pid=${pid})\u001b[0m ${line}`);
    const text = [
      'Config',
      'trainer:',
      '  lr: 0.1',
      ...behind(7, ['Step 0', 'val:', '  accuracy_reward: 0.28', 'Running step:   7%|▋         | 1/15 [00:10<02:20]']),
      ...behind(7, ['Step 1', 'actor:', '  pg_loss: -1.0e-05', '  grad_norm: .nan']),
      ...behind(8, ['speed: 12']),
      ...behind(7, ['critic:', '  rewards:', '    mean: 0.35']),
      ...behind(7, ['Step 2', 'critic:', '    rewards: 1', '  mean: 2']),
    ].join('\n');
    checkLog(
      text,
      'verl',
      {
        'val/accuracy_reward': [[0, 0.28]],
        policy_loss: [[1, -1e-5]],
        grad_norm: [[1, null]],
        reward: [[1, 0.35]],
      },
      [/^line 8: actor\/grad_norm is not a number at step 1/, /^line 16: the metrics of step 2 cannot be read/],
    );
  });
});
