import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decay } from '../../src/main/trust/decay.ts';
import { namesOf } from '../../src/shared/kinds/kind.ts';
import { ANNEALING_SCHEDULES } from '../../src/shared/kinds/trust.ts';

describe('annealing', () => {
  it('starts at 1 and never rises, in every schedule', () => {
    for (const schedule of namesOf(ANNEALING_SCHEDULES)) {
      const values = [0, 1, 50, 100, 150].map((step) => decay({ schedule, step, totalSteps: 100 }));
      assert.equal(values[0], 1, schedule);
      for (let i = 1; i < values.length; i++) assert.ok(values[i]! <= values[i - 1]! && values[i]! >= 0, schedule);
    }
  });

  it('exp is exp(-steps/T): 0.37 at the end, 0.88 with the official T of 12,000 after 1,500 steps', () => {
    assert.equal(decay({ schedule: 'exp', step: 1500, totalSteps: 1500 }).toFixed(2), '0.37');
    assert.equal(decay({ schedule: 'exp', step: 1500, totalSteps: 12_000 }).toFixed(2), '0.88');
  });

  it('linear and cosine are at one half half-way and at 0 from T on', () => {
    for (const schedule of ['linear', 'cosine'] as const) {
      assert.ok(Math.abs(decay({ schedule, step: 50, totalSteps: 100 }) - 0.5) < 1e-12);
      assert.equal(decay({ schedule, step: 100, totalSteps: 100 }), 0);
      assert.equal(decay({ schedule, step: 500, totalSteps: 100 }), 0);
    }
  });

  it('refuses a T of 0 and a negative step', () => {
    assert.throws(() => decay({ schedule: 'exp', step: 1, totalSteps: 0 }), /T is 0/);
    assert.throws(() => decay({ schedule: 'none', step: -1, totalSteps: 10 }), /step is -1/);
  });
});
