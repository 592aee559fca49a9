/** Expected factors: transformers' get_linear_schedule_with_warmup and get_cosine_schedule_with_warmup after step - 1 updates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleFactor } from '../../../src/main/train/update/learning-rate.ts';

function check(
  lrSchedulerType: 'constant' | 'linear' | 'cosine',
  warmupSteps: number,
  expected: Record<number, number>,
) {
  for (const [step, factor] of Object.entries(expected))
    assert.ok(
      Math.abs(scheduleFactor(Number(step), { lrSchedulerType, totalSteps: 100, warmupSteps }) - factor) < 1e-12,
      step,
    );
}

test('the learning rate stays, or goes down to 0 linearly or by a cosine once the warm-up is over', () => {
  check('constant', 10, { 1: 1, 50: 1, 100: 1 });
  check('linear', 0, { 1: 1, 51: 0.5, 100: 0.01 });
  check('linear', 20, { 1: 1, 21: 1, 61: 0.5, 100: 1 / 80 });
  check('cosine', 0, { 1: 1, 26: (1 + Math.SQRT1_2) / 2, 51: 0.5 });
});
