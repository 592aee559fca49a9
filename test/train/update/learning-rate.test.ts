/**
 * Expected factors: transformers 5.24's get_linear_schedule_with_warmup, get_cosine_schedule_with_warmup and
 * get_constant_schedule_with_warmup, whose lambda is called with the updates done so far.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleFactor } from '../../../src/main/train/update/learning-rate.ts';

function check(
  lrSchedulerType: 'constant' | 'linear' | 'cosine',
  warmupSteps: number,
  expected: Record<number, number>,
) {
  for (const [updates, factor] of Object.entries(expected)) {
    const got = scheduleFactor(Number(updates), { lrSchedulerType, totalUpdates: 100, warmupSteps });
    assert.ok(Math.abs(got - factor) < 1e-12, `${lrSchedulerType} after ${updates} updates: ${got}, not ${factor}`);
  }
}

test('the rate rises from 0 over the warm-up, then stays, or goes down to 0 linearly or by a cosine', () => {
  check('constant', 0, { 0: 1, 50: 1, 99: 1 });
  check('constant', 10, { 0: 0, 1: 0.1, 9: 0.9, 10: 1, 99: 1 });
  check('linear', 0, { 0: 1, 50: 0.5, 99: 0.01 });
  check('linear', 20, { 0: 0, 5: 0.25, 20: 1, 60: 0.5, 99: 1 / 80 });
  check('cosine', 0, { 0: 1, 25: (1 + Math.SQRT1_2) / 2, 50: 0.5 });
  check('cosine', 20, { 10: 0.5, 20: 1, 60: 0.5, 99: (1 + Math.cos((Math.PI * 79) / 80)) / 2 });
});
