import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AdvantageConfig, groupAdvantages } from '../../src/main/loss/advantages.ts';

const config: AdvantageConfig = { groupSize: 4, scaleRewards: 'group', stdDdof: 1, stdEps: 1e-6 };
const of = (rewards: readonly (number | null)[], more: Partial<AdvantageConfig> = {}): number[] =>
  groupAdvantages(rewards, { ...config, ...more }).advantages;
const close = (a: readonly number[], b: readonly number[], tolerance: number): void => {
  assert.equal(a.length, b.length);
  for (const [i, value] of a.entries())
    assert.ok(Math.abs(value - b[i]!) <= tolerance, `${i}: ${value} is not ${b[i]}`);
};

describe('advantages within a group', () => {
  it('equal what torch gives with either epsilon', () => {
    close(of([1, 0, 0, 0]), [1.499997, -0.499999, -0.499999, -0.499999], 1e-6);
    close(of([1, 0, 0, 0], { stdEps: 1e-4 }), [1.4997, -0.4999, -0.4999, -0.4999], 1e-5);
    close(of([1, 0, 0, 0], { stdDdof: 0 }), [1.732047, -0.577349, -0.577349, -0.577349], 1e-6);
    close(of([1.3, 1.21, 0, 0.03]), [0.927525, 0.801995, -0.885681, -0.843838], 1e-6);
  });

  it('follow the responses when they are permuted', () => {
    const rewards = [1.3, 1.21, 0, 0.03];
    const order = [2, 0, 3, 1];
    close(
      of(order.map((i) => rewards[i]!)),
      order.map((i) => of(rewards)[i]!),
      1e-12,
    );
  });

  it('do not change when every reward rises by the same', () => {
    for (const scaleRewards of ['group', 'batch', 'none'] as const) {
      const rewards = [1.3, 1.21, 0, 0.03, 1, 1, 0, 0];
      close(
        of(
          rewards.map((reward) => reward + 100),
          { scaleRewards },
        ),
        of(rewards, { scaleRewards }),
        1e-9,
      );
    }
  });

  it('do not change when every reward is multiplied, up to epsilon, when scaled', () => {
    const rewards = [1.3, 1.21, 0, 0.03];
    close(of(rewards.map((reward) => reward * 1000)), of(rewards), 1e-5);
    close(
      of(
        rewards.map((reward) => reward * 10),
        { scaleRewards: 'none' },
      ),
      of(rewards, { scaleRewards: 'none' }).map((a) => a * 10),
      1e-9,
    );
  });

  it('sum to 0 in each group', () => {
    const advantages = of([1.3, 1.21, 0, 0.03, 5, 1, 2, 8]);
    close(
      [advantages.slice(0, 4), advantages.slice(4)].map((group) => group.reduce((a, b) => a + b)),
      [0, 0],
      1e-9,
    );
  });

  it('are exactly 0 where all rewards are equal, even by rounding only', () => {
    const { advantages, zeroStdShare } = groupAdvantages([1.1, 1.1, 1.1, 1.1, 1, 0, 0, 0], config);
    assert.deepEqual(advantages.slice(0, 4), [0, 0, 0, 0]);
    assert.equal(zeroStdShare, 0.5);
    const rounded = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2];
    for (const scaleRewards of ['group', 'batch', 'none'] as const) {
      assert.deepEqual(of(rounded, { scaleRewards, stdEps: 0 }), [0, 0, 0, 0]);
    }
  });

  it('leave null rewards out of mean and spread and give them 0', () => {
    close(of([1, null, 0, null]), [Math.SQRT1_2, 0, -Math.SQRT1_2, 0], 1e-5);
    assert.deepEqual(of([1, null, null, null]), [0, 0, 0, 0]);
    assert.deepEqual(of([null, null, null, null]), [0, 0, 0, 0]);
  });

  it('divide by the spread of the whole batch, or by nothing, as asked', () => {
    const rewards = [1, 0, 1, 0, 3, 0, 3, 0];
    const batch = of(rewards, { scaleRewards: 'batch', stdEps: 0 });
    assert.ok(Math.abs(batch[4]! / batch[0]! - 3) < 1e-12);
    assert.deepEqual(of(rewards, { scaleRewards: 'none' }), [0.5, -0.5, 0.5, -0.5, 1.5, -1.5, 1.5, -1.5]);
  });

  it('refuse a group of one, a batch that does not divide, and rewards that are not finite, by name', () => {
    assert.throws(() => of([1], { groupSize: 1 }), /numGenerations: a group of 1/);
    assert.throws(() => of([1, 2, 3]), /3 rewards do not divide into groups of 4/);
    assert.throws(() => of([1, 2, 3, 4, 5, Number.NaN, 7, 8]), /reward 1 of group 1 is NaN/);
    assert.throws(() => of([1, 2, Number.POSITIVE_INFINITY, 4]), /reward 2 of group 0 is Infinity/);
  });
});
