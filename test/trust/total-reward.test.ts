import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  annealingLength,
  askedResponses,
  officialAsked,
  type TotalRewardsInput,
  totalRewards,
} from '../../src/main/trust/total-reward.ts';

const base: TotalRewardsInput = {
  preset: 'paper',
  outcomes: [1, 1, 0, 0],
  thinking: [0.5, 0.3, 0.8, 0.6],
  alpha: 0.3,
  trust: 'exp',
  annealing: 'exp',
  step: 100,
  totalSteps: 100,
};
const close = (a: readonly (number | null)[], b: readonly (number | null)[]): void => {
  assert.equal(a.length, b.length);
  for (const [i, value] of a.entries()) {
    assert.ok(value === b[i] || Math.abs(value! - b[i]!) < 1e-12, `${i}: ${value} is not ${b[i]}`);
  }
};

describe('total reward, preset paper', () => {
  it('is R^o + gamma alpha exp(-steps/T) R^t', () => {
    const total = totalRewards(base);
    const weight = Math.exp(-0.3) * 0.3 * Math.exp(-1);
    close(total.rewards, [1 + 0.5 * weight, 1 + 0.3 * weight, 0.8 * weight, 0.6 * weight]);
    assert.equal(total.gammaLogged, null);
    assert.deepEqual(total.asked, [0, 1, 2, 3]);
    assert.equal(total.skipped, false);
  });

  it('is R^o alone where the group has no thinking rewards', () => {
    close(totalRewards({ ...base, thinking: [null, null, null, null] }).rewards, base.outcomes);
  });

  it('is null, not R^o and not 0, for a response whose thinking reward could not be had', () => {
    const total = totalRewards({ ...base, thinking: [0.5, null, 0.1, 0.2] });
    assert.equal(total.rewards[1], null);
    assert.deepEqual(total.thinkingUsed, [0.5, null, 0.1, 0.2]);
    assert.equal(total.nC, 1);
  });

  it('is null where the outcome is', () => {
    assert.equal(totalRewards({ ...base, outcomes: [1, null, 0, 0] }).rewards[1], null);
  });

  it('follows the responses when they are permuted', () => {
    const total = totalRewards(base);
    const order = [2, 0, 3, 1];
    const permuted = totalRewards({
      ...base,
      outcomes: order.map((i) => base.outcomes[i]!),
      thinking: order.map((i) => base.thinking![i]!),
    });
    close(
      permuted.rewards,
      order.map((i) => total.rewards[i]!),
    );
  });
});

describe('total reward, preset official-code', () => {
  const official: TotalRewardsInput = { ...base, preset: 'official-code' };

  it('skips groups that are all right or all wrong, and logs 0.5 for them', () => {
    for (const outcomes of [
      [1, 0.9, 1, 1],
      [0, 0.1, 0, 0],
    ]) {
      const total = totalRewards({ ...official, outcomes });
      close(total.rewards, outcomes);
      assert.deepEqual([total.skipped, total.gammaLogged, total.asked], [true, 0.5, []]);
    }
  });

  it('asks only about answers from 0.2 on, so trust never acts on 0/1 answers', () => {
    assert.deepEqual(officialAsked([1, 0.19, 0.2, 0]), [0, 2]);
    const total = totalRewards({ ...official, thinking: [0.1, 0.1, 1, 1] });
    assert.deepEqual(total.thinkingUsed, [0.1, 0.1, 0, 0]);
    assert.deepEqual([total.gamma, total.gammaLogged, total.muW], [1, 1, 0]);
  });

  it('logs exp(2 (mu_c - mu_w)) where it applies exp(mu_c - mu_w)', () => {
    const total = totalRewards({ ...official, outcomes: [1, 0.3], thinking: [0.2, 0.8] });
    close([total.gamma, total.gammaLogged], [Math.exp(-0.6), Math.exp(-1.2)]);
  });

  it('applies no gamma where no answer is right, though it logs one', () => {
    const total = totalRewards({ ...official, outcomes: [0.4, 0.3], thinking: [0.2, 0.8] });
    close([total.gamma, total.gammaLogged], [1, Math.exp(-1)]);
  });

  it('takes a score that failed for 0, as the code does', () => {
    const total = totalRewards({ ...official, thinking: [null, 0.4, null, null] });
    close(total.rewards, [1, 1 + 0.3 * Math.exp(-1) * 0.4, 0, 0]);
  });
});

describe('what the rewards need to know before', () => {
  it('in preset paper every response with an outcome is asked about', () => {
    assert.deepEqual(askedResponses('paper', [1, null, 0]), [0, 2]);
    assert.deepEqual(askedResponses('official-code', [1, null, 0]), [0]);
  });

  it('T is what is set, else the training steps, else 12,000 in the official code', () => {
    assert.equal(annealingLength('paper', 0, 200), 200);
    assert.equal(annealingLength('official-code', 0, 200), 12_000);
    assert.equal(annealingLength('official-code', 500, 200), 500);
  });
});
