/** Logs as programs print them: numbers as their libraries print them, dicts over several lines; what is no number is told, once for each name. */
import { describe, test } from 'node:test';
import { checkLog } from './check-log.ts';

const COUNTED = /no step is named/;

describe('logs as they are printed', () => {
  test('numbers of NumPy, PyTorch and JAX are numbers; quoted ones too', () =>
    checkLog(
      `{'loss': tensor(0.9), 'reward': tensor(0.25, device='cuda:0'), 'kl': np.float32(0.1), 'step': np.int64(7)}
{'loss': '0.8', 'flag': np.True_, 'a': array(0.5, dtype=float32), 'j': Array(2, dtype=int32), 'lr': '1e-05', 'step': 8}`,
      'trl',
      {
        loss: [
          [7, 0.9],
          [8, 0.8],
        ],
        reward: [[7, 0.25]],
        kl: [[7, 0.1]],
        flag: [[8, 1]],
        a: [[8, 0.5]],
        j: [[8, 2]],
        lr: [[8, 1e-5]],
      },
    ));

  test('a number beyond all numbers is missing and told, as an infinity is', () =>
    checkLog("{'loss': 1e400, 'reward': 1_000}", 'trl', { loss: [[1, null]], reward: [[1, 1000]] }, [
      COUNTED,
      /^line 1: loss is not a number at step 1; stored as missing$/,
    ]));

  test('what is no number is told once for its name, in every format', () => {
    const loss: [number, number][] = [
      [1, 1],
      [2, 2],
    ];
    const told = [/: note is no number \('?a, b'?\); skipped wherever it is none$/];
    checkLog("{'loss': 1, 'note': 'a, b', 'step': 1}\n{'loss': 2, 'note': 'c', 'step': 2}", 'trl', { loss }, told);
    checkLog('step:1 - loss:1 - note:a, b\nstep:2 - loss:2 - note:c', 'verl', { loss }, told);
    checkLog(
      '{"step": 1, "data": {"loss": 1, "note": "a, b"}}\n{"step": 2, "data": {"loss": 2}}',
      'verl',
      { loss },
      told,
    );
    checkLog(
      '{"log_history": [{"loss": 1, "note": "a, b", "step": 1}, {"loss": 2, "step": 2}]}',
      'trainer-state',
      { loss },
      told,
    );
  });

  test('a dict over several lines is one entry; a broken one does not swallow what follows', () =>
    checkLog(
      `{'loss': 0.9,
 'reward': 0.25,
 'step': 1}
  0%| | 0/4 {'loss': 0.8, 'step': 2
{'loss': 0.7, 'step': 3}{'loss': 0.6, 'step': 4}
{
    'loss': 0.5,
    'step': 5,
}
{'loss': 0.4,`,
      'trl',
      {
        loss: [
          [1, 0.9],
          [3, 0.7],
          [4, 0.6],
          [5, 0.5],
        ],
        reward: [[1, 0.25]],
      },
      [/^line 4: cannot be read$/, /^line 10: cannot be read$/],
    ));

  test('a line whose step is no number is told', () =>
    checkLog('step:1 - loss:1\nstep:abc - loss:1\nstep:-1 - loss:3', 'verl', { loss: [[1, 1]] }, [
      /^line 2: cannot be read$/,
      /^line 3: cannot be read$/,
    ]));
});
