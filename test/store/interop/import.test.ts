import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Engine } from '../../../src/main/engine/engine.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { readLog } from '../../../src/main/store/interop/log/read-log.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { METRIC_ALIASES } from '../../../src/shared/run/metric-aliases.ts';
import { METRICS } from '../../../src/shared/run/metrics.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../helpers.ts';
import { checkLog } from './check-log.ts';

describe('logs of other programs', () => {
  test('a progress bar or a rank stands before the values on their line', () => {
    const text = [
      "  0%|          | 0/4 [00:00<?, ?it/s] 25%|██▌       | 1/4 [00:02<00:06,  2.0s/it]      {'reward': 0.25, 'epoch': 0.25}",
      "[rank0]: {'reward': 0.3, 'epoch': 0.5}",
      "[rank1]: {'reward': 0.9, 'epoch': 0.5}",
      '2026-01-01 INFO {"reward": 0.4, "format_ok": true}',
    ].join('\n');
    const reward: [number, number][] = [
      [1, 0.25],
      [2, 0.3],
      [3, 0.4],
    ];
    checkLog(text, 'trl', { reward, format_ok: [[3, 1]] }, [/no step is named/, /rank 1.*skipped/]);
  });

  test('a validation between steps is no step of its own', () => {
    const text =
      "{'reward': 0.2}\n{'reward': 0.3}\n{'eval_reward': 0.28, 'epoch': 0.2}\n{'reward': 0.4}\n{'train_runtime': 40.0, 'train_loss': 0.75}\n";
    const reward: [number, number][] = [
      [1, 0.2],
      [2, 0.3],
      [3, 0.4],
    ];
    checkLog(text, 'trl', { reward, eval_reward: [[2, 0.28]], train_runtime: [[3, 40]], train_loss: [[3, 0.75]] }, [
      /no step is named/,
    ]);
  });

  test("EasyR1's nested lines are flattened as its own loggers do", () => {
    const text =
      '{"step": 0, "val": {"accuracy_reward": 0.28}}\n{"step": 1, "critic": {"rewards": {"mean": 0.35}}, "response_length": {"mean": 210.5}}\n';
    checkLog(text, 'verl', {
      'val/accuracy_reward': [[0, 0.28]],
      reward: [[1, 0.35]],
      'completions/mean_length': [[1, 210.5]],
    });
  });

  test('trainer_state.json: log_history, evaluations at the same step, NaN, a mark and Windows line ends', () => {
    const text = `\uFEFF{\r\n"global_step": 4, "log_history": [
      {"step": 2, "epoch": 0.1, "loss": 0.5, "reward": NaN, "rewards/accuracy_reward/mean": 0.25},\r
      {"step": 4, "epoch": 0.2, "loss": -Infinity, "completion_length": 30},
      {"step": 4, "eval_loss": 0.7, "eval_runtime": 1.5}]}`;
    checkLog(
      text,
      'trainer-state',
      {
        loss: [
          [2, 0.5],
          [4, null],
        ],
        reward: [[2, null]],
        'rewards/outcome/mean': [[2, 0.25]],
        'completions/mean_length': [[4, 30]],
        eval_loss: [[4, 0.7]],
        eval_runtime: [[4, 1.5]],
      },
      [/^entry 1: reward is not a number at step 2/, /^entry 2: loss is not a number/],
    );
  });

  test("TRL's printed dictionaries, among other output, counted where no step is named", () => {
    const text = `Loading model\n{'loss': 0.01, 'reward': 0.5, 'kl': nan, 'epoch': 0.1}\n 10%|#  | 1/10\n{'loss': '0.02', 'reward': 0.6, 'epoch': 0.2}\n`;
    checkLog(
      text,
      'trl',
      {
        loss: [
          [1, 0.01],
          [2, 0.02],
        ],
        reward: [
          [1, 0.5],
          [2, 0.6],
        ],
        kl: [[1, null]],
      },
      [/^line 2: no step is named/, /^line 2: kl is not a number/],
    );
  });

  test("verl's JSON lines and console lines by our names", () => {
    checkLog('{"step": 1, "data": {"actor/pg_loss": 0.1, "timing_s/gen": 2, "val/acc": 0.5}}\n', 'verl', {
      policy_loss: [[1, 0.1]],
      'time/generate': [[1, 2]],
      'val/acc': [[1, 0.5]],
    });
    checkLog(
      '(TaskRunner pid=7) step:3 - actor/lr:1e-06 - critic/score/mean:0.25 - actor/grad_norm:np.float64(0.5)\n',
      'verl',
      {
        learning_rate: [[3, 0.000001]],
        'rewards/outcome/mean': [[3, 0.25]],
        grad_norm: [[3, 0.5]],
      },
    );
  });

  test('a resumed log: steps that begin again count, what was logged beyond them is kept apart', () => {
    const line = (step: number, reward: number) => `{"step": ${step}, "reward": ${reward}}\r\n`;
    checkLog(
      line(1, 0.1) + line(2, 0.2) + line(3, 0.3) + line(2, 0.9) + '{"step": 3, "rew',
      'trl',
      {
        reward: [
          [1, 0.1],
          [2, 0.9],
        ],
      },
      [/^line 4: step 2 comes after step 3, as in a resumed run; .* kept as a branch/, /^line 5: cannot be read/],
    );
  });

  test('a file without a metric is refused in one line', () => {
    assert.throws(() => readLog(temporaryFile('hello\n'), 'verl'), /holds no metric that is read as verl/);
    assert.throws(() => readLog(temporaryFile('{}'), 'trainer-state'), /has no log_history/);
    assert.throws(() => readLog(temporaryFile('{"a": '), 'trainer-state'), /is not JSON/);
    assert.throws(() => readLog('/nowhere/log', 'trl'), /does not exist/);
  });

  test('every alias leads to a metric of ours and hides none', () => {
    for (const [theirs, ours] of Object.entries(METRIC_ALIASES)) {
      assert.ok(ours in METRICS, ours);
      assert.ok(!(theirs in METRICS), theirs);
    }
  });
});

describe('a log as a run', () => {
  const log = '{"step": 1, "reward": 0.1}\n{"step": 5, "reward": 0.5, "theirs": 3}\n';

  test('is finished, marked, compared by its curves, and never resumed', async () => {
    const home = temporaryFolder();
    const store = openStore(home);
    const made = await importLog(store, temporaryFile(log, 'My run (1).jsonl'), 'trl');
    assert.equal(made.variant, 'My-run-1-');
    const run = store.run(made.runId);
    assert.deepEqual(
      [run.state, run.step, run.study, run.origin?.format, run.origin?.source],
      ['finished', 5, 'imported', 'trl', 'My run (1).jsonl'],
    );
    assert.deepEqual(store.metricSeries([made.runId], 'reward')[0]!.values, [0.1, 0.5]);
    assert.equal(store.studyMatrix(run.studyId).cells.length, 1);
    store.close();
    const engine = new Engine({ home });
    assert.equal(engine.resumeStudy(run.studyId), 0);
    assert.throws(() => engine.resumeRun(made.runId), /finished/);
    await engine.close();
  });

  test('grows its study by variant and seed, and is refused where the cell or the study is taken', async () => {
    const store = temporaryStore();
    const file = temporaryFile(log, 'a.jsonl');
    await importLog(store, file, 'trl');
    await importLog(store, file, 'trl', { seed: 1 });
    await importLog(store, file, 'trl', { variant: 'b' });
    const { study, cells } = store.studyMatrix(store.findStudy('imported'));
    assert.deepEqual(
      cells.map((cell) => `${cell.variant}/${cell.seed}`),
      ['a/0', 'a/1', 'b/0'],
    );
    assert.deepEqual(study.plan.seeds, [0, 1]);
    await assert.rejects(importLog(store, file, 'trl'), /has a seed 0 already/);
    store.trashStudy(store.findStudy('imported'));
    await assert.rejects(importLog(store, file, 'trl', { variant: 'c' }), /"imported" is in the trash\. Restore it/);
  });
});
