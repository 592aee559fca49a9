/** Forms in which trainers print numbers, steps and dicts: nothing of a line is lost without a word. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLog } from '../../../src/main/store/interop/log/read-log.ts';
import type { LogFormat } from '../../../src/shared/run/log-formats.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-forms-'));

/** Metric -> [step, value] pairs of a log, and what was told of it. */
function read(text: string, format: LogFormat = 'trl') {
  const file = join(folder, 'log');
  writeFileSync(file, text);
  const { metrics, problems } = readLog(file, format);
  return { points: Object.fromEntries([...metrics].map(([name, points]) => [name, [...points]])), problems };
}

describe('what trainers print', () => {
  it('numbers of NumPy and PyTorch are the numbers that they hold', () => {
    const { points } = read(
      "{'loss': np.float64(0.5), 'reward': tensor(0.25, device='cuda:0'), 'n': np.float32(1e-05), 'ok': np.True_, 'step': 3}\n",
    );
    assert.deepEqual(points, { loss: [[3, 0.5]], reward: [[3, 0.25]], n: [[3, 1e-5]], ok: [[3, 1]] });
    const verl = read('step:1 - a:np.float64(0.5) - b:tensor(0.25) - c:np.False_ - d:1,024.5\n', 'verl');
    assert.deepEqual(verl.points, { a: [[1, 0.5]], b: [[1, 0.25]], c: [[1, 0]], d: [[1, 1024.5]] });
  });

  it('dicts within dicts and texts with braces cost no metric beside them', () => {
    assert.deepEqual(read("{'loss': 0.5, 'rewards': {'acc': 0.5, 'fmt': 1.0}, 'step': 2}\n").points, {
      loss: [[2, 0.5]],
      'rewards/acc': [[2, 0.5]],
      'rewards/fmt': [[2, 1]],
    });
    assert.deepEqual(
      read(
        `12% {'loss': 0.5, 'note': "it's {fine}", 'shape': (1, [2]), 'reward': 0.2, 'step': 1} {'loss': 0.4, 'step': 2}\n`,
      ).points,
      {
        loss: [
          [1, 0.5],
          [2, 0.4],
        ],
        reward: [[1, 0.2]],
      },
    );
    assert.throws(() => read("{'loss': 0.5, 'cut\n"), /no metric.*line 1: cannot be read/);
  });

  it('a step is a step under each name that it goes by, and no metric', () => {
    for (const name of ['global_step', '_step', 'train/global_step', 'trainer/global_step'])
      assert.deepEqual(
        read(`{"${name}": 5, "reward": 0.5, "_runtime": 3, "_timestamp": 17.5}\n{"${name}": 10, "reward": 0.4}\n`)
          .points,
        {
          reward: [
            [5, 0.5],
            [10, 0.4],
          ],
        },
      );
  });

  it('numbers beyond a double are missing values, names without letters no metrics, other ranks are told', () => {
    const { points, problems } = read(`{"loss": 1e999, "": 4, "step": 1}\n[default1]:{'loss': 9, 'step': 1}\n`);
    assert.deepEqual(points, { loss: [[1, null]] });
    assert.match(problems.join('\n'), /loss is not a number at step 1[\s\S]*is not a metric name[\s\S]*rank 1/);
  });
});
