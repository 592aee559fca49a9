/** Where a log says how far a run is in ways of its own: LLaMA-Factory, ms-swift, OpenRLHF, coloured terminals, a summary behind named steps. */
import { describe, test } from 'node:test';
import { checkLog } from './check-log.ts';

describe('a log of', () => {
  test('LLaMA-Factory: current_steps is the step, how long it will take is no metric', () =>
    checkLog(
      `{"current_steps": 10, "total_steps": 100, "loss": 0.5, "lr": 1e-06, "epoch": 0.1, "percentage": 10.0, "elapsed_time": "0:00:12"}
{"current_steps": 20, "total_steps": 100, "loss": 0.4, "percentage": 20.0, "remaining_time": "0:02:00"}
{"current_steps": 20, "total_steps": 100, "eval_loss": 0.45}`,
      'trl',
      {
        loss: [
          [10, 0.5],
          [20, 0.4],
        ],
        lr: [[10, 1e-6]],
        eval_loss: [[20, 0.45]],
      },
    ));

  test('ms-swift: "5/100" is step 5', () =>
    checkLog(
      `{'loss': 0.5, 'memory(GiB)': 42.1, 'reward': 0.3, 'global_step/max_steps': '1/100', 'percentage': '1.00%', 'elapsed_time': '12s'}
{"loss": 0.4, "reward": 0.35, "global_step/max_steps": "5/100", "percentage": "5.00%"}`,
      'trl',
      {
        loss: [
          [1, 0.5],
          [5, 0.4],
        ],
        'memory(GiB)': [[1, 42.1]],
        reward: [
          [1, 0.3],
          [5, 0.35],
        ],
      },
    ));

  test('OpenRLHF: the step stands before the dict', () =>
    checkLog(
      `(PPOActor pid=1) Global step 10: {'policy_loss': 0.01, 'reward': 0.3}
(PPOActor pid=1) Global step 20: {'policy_loss': 0.02, 'reward': 0.4}`,
      'trl',
      {
        policy_loss: [
          [10, 0.01],
          [20, 0.02],
        ],
        reward: [
          [10, 0.3],
          [20, 0.4],
        ],
      },
    ));

  test('several ranks in colours: the first one counts', () =>
    checkLog(
      `\x1b[32m[rank0]:\x1b[0m {'reward': 0.25, 'step': 1}
\x1b[33m[rank1]:\x1b[0m {'reward': 0.99, 'step': 1}
\x1b[1;32m[rank0]:\x1b[0m {'reward': 0.5, 'step': 2}`,
      'trl',
      {
        reward: [
          [1, 0.25],
          [2, 0.5],
        ],
      },
      [/^line 2: is from another process \(rank 1\); skipped$/],
    ));

  test('named steps: a summary without one belongs to the newest', () =>
    checkLog(
      `{'loss': 0.9, 'epoch': 0.1, 'step': 5}
{'loss': 0.8, 'epoch': 0.2, 'step': 10}
{'train_runtime': 12.1, 'train_loss': 0.85, 'epoch': 0.2}`,
      'trl',
      {
        loss: [
          [5, 0.9],
          [10, 0.8],
        ],
        train_runtime: [[10, 12.1]],
        train_loss: [[10, 0.85]],
      },
    ));
});
