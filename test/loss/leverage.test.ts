/** Leverage on groups whose advantages can be worked out by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leverageOf } from '../../src/main/loss/leverage.ts';
import type { TotalRewardsInput } from '../../src/main/trust/total-reward.ts';

const group = (more: Partial<TotalRewardsInput>): TotalRewardsInput => ({
  preset: 'paper',
  outcomes: [1, 0],
  thinking: [0.5, 0.5],
  alpha: 0.3,
  trust: 'exp',
  annealing: 'exp',
  step: 50,
  totalSteps: 100,
  ...more,
});
const scaling = { scaleRewards: 'none', stdDdof: 1, stdEps: 0, groupSize: 2 } as const;
const near = (got: number | null, wanted: number) =>
  assert.ok(got !== null && Math.abs(got - wanted) < 1e-12, `${got} is not ${wanted}`);

describe('leverage', () => {
  it('of thinking scores that do not differ within a group is 0', () => {
    const { thinking, trust, annealing } = leverageOf([group({})], scaling);
    near(thinking, 0);
    near(trust, 0);
    near(annealing, 0);
  });

  it('is the relative change of the advantages', () => {
    // R = [1, 0] + gamma 0.5 decay [0, 1]: mu_c = 0 < mu_w = 1, so gamma = e^-1; decay = e^-0.5.
    const input = group({ alpha: 0.5, thinking: [0, 1] });
    const [gamma, decay] = [Math.exp(-1), Math.exp(-0.5)];
    const gap = 1 - 0.5 * gamma * decay; // R_1 - R_2; advantages are half of it
    const { thinking, trust, annealing } = leverageOf([input], scaling);
    near(thinking, Math.abs(gap - 1) / gap);
    near(trust, Math.abs(gap - (1 - 0.5 * decay)) / gap);
    near(annealing, Math.abs(gap - (1 - 0.5 * gamma)) / gap);
  });

  it('vanishes under group scaling where all outcomes are equal: the deviation cancels alpha, gamma and decay', () => {
    const { thinking, trust, annealing } = leverageOf([group({ outcomes: [1, 1], thinking: [0.2, 0.8] })], {
      ...scaling,
      scaleRewards: 'group',
    });
    near(thinking, 1); // without it there is no signal at all
    near(trust, 0);
    near(annealing, 0);
  });

  it('is null for parts that are off, and where a step has no signal', () => {
    assert.deepEqual(leverageOf([group({ thinking: null })], scaling), {
      thinking: null,
      trust: null,
      annealing: null,
    });
    const off = leverageOf([group({ trust: 'none', annealing: 'none', thinking: [0, 1] })], scaling);
    assert.deepEqual([off.trust, off.annealing], [null, null]);
    assert.equal(leverageOf([group({ outcomes: [1, 1], thinking: [0.5, 0.5] })], scaling).thinking, null);
  });
});
