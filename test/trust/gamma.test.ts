import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupTrust, outcomeSides } from '../../src/main/trust/gamma.ts';

const outcomes = [1, 1, 0, 0];

describe('trust weight of a group', () => {
  it('is 1 where G_correct thinks at least as well, in every mode but mc-dropout', () => {
    for (const mode of ['exp', 'gate', 'none'] as const) {
      assert.equal(groupTrust({ outcomes, thinking: [0.8, 0.6, 0.7, 0.7], mode }).gamma, 1);
    }
  });

  it('is exp(mu_c - mu_w) where they think worse; the paper shows 0.74 and 0.45', () => {
    const trust = groupTrust({ outcomes, thinking: [0.5, 0.3, 0.8, 0.6], mode: 'exp' });
    assert.deepEqual([trust.nC, trust.nW], [2, 2]);
    assert.ok(Math.abs(trust.muC! - 0.4) < 1e-12 && Math.abs(trust.muW! - 0.7) < 1e-12);
    assert.equal(trust.gamma.toFixed(2), '0.74');
    assert.equal(groupTrust({ outcomes: [1, 0], thinking: [0.1, 0.9], mode: 'exp' }).gamma.toFixed(2), '0.45');
  });

  it('is 0 behind a closed gate, and 1 with trust off', () => {
    const thinking = [0.1, 0.1, 0.9, 0.9];
    assert.equal(groupTrust({ outcomes, thinking, mode: 'gate' }).gamma, 0);
    assert.equal(groupTrust({ outcomes, thinking, mode: 'none' }).gamma, 1);
  });

  it('is 1 behind a gate where both sides think equally well, however their means are rounded', () => {
    for (const score of [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9])
      for (let right = 1; right < 16; right++) {
        const sides = Array.from({ length: 16 }, (_, i) => Number(i < right));
        const trust = groupTrust({ outcomes: sides, thinking: sides.map(() => score), mode: 'gate' });
        assert.equal(trust.gamma, 1, `${right} of 16 right, all scored ${score}`);
      }
  });

  it('is 1 where one side is empty', () => {
    const right = groupTrust({ outcomes: [1, 1], thinking: [0.1, 0.2], mode: 'exp' });
    assert.deepEqual([right.gamma, right.muW, right.nW], [1, null, 0]);
    const wrong = groupTrust({ outcomes: [0, 0], thinking: [0.1, 0.2], mode: 'gate' });
    assert.deepEqual([wrong.gamma, wrong.muC, wrong.nC], [1, null, 0]);
  });

  it('leaves scores that could not be had out of means and counts', () => {
    const trust = groupTrust({ outcomes: [1, 1, 0, null], thinking: [0.6, null, 0.2, 0.9], mode: 'exp' });
    assert.deepEqual([trust.muC, trust.muW, trust.nC, trust.nW], [0.6, 0.2, 1, 1]);
  });

  it('counts an outcome of exactly 0.5 to G_correct', () => {
    assert.equal(groupTrust({ outcomes: [0.5, 0.49], thinking: [1, 0], mode: 'exp' }).nC, 1);
  });

  it('moves a fractional outcome from G_correct to G_wrong as the threshold rises past it', () => {
    const group = { outcomes: [1, 0.75, 0.4], thinking: [0.2, 0.9, 0.5], mode: 'exp' } as const;
    const sides = [0.4, 0.5, 0.75, 0.76, 1].map((correctThreshold) => {
      const { nC, nW } = groupTrust({ ...group, correctThreshold });
      return [nC, nW];
    });
    assert.deepEqual(sides, [
      [3, 0],
      [2, 1],
      [2, 1],
      [1, 2],
      [1, 2],
    ]);
    assert.equal(groupTrust({ ...group, correctThreshold: 0.75 }).gamma, 1); // mu_c 0.55, mu_w 0.5
    assert.equal(groupTrust({ ...group, correctThreshold: 1 }).gamma.toFixed(4), Math.exp(0.2 - 0.7).toFixed(4));
    assert.deepEqual(outcomeSides(group.outcomes, 1), { nC: 1, nW: 2 });
  });

  it('does not depend on the order of the responses', () => {
    const a = groupTrust({ outcomes: [1, 0, 0.6, 0.2], thinking: [0.1, 0.9, 0.3, 0.7], mode: 'exp' });
    const b = groupTrust({ outcomes: [0.2, 0.6, 0, 1], thinking: [0.7, 0.3, 0.9, 0.1], mode: 'exp' });
    assert.equal(a.gamma, b.gamma);
  });

  it('mc-dropout: falls from 1 to 0 as the passes disagree more than the responses differ', () => {
    const gamma = (spread: number, thinking = [0.2, 0.8, 0.2, 0.8]): number =>
      groupTrust({ outcomes, thinking, mode: 'mc-dropout', spreads: thinking.map(() => spread) }).gamma;
    assert.equal(gamma(0), 1);
    assert.ok(Math.abs(gamma(0.3) - 0.5) < 1e-12);
    assert.ok(gamma(0.1) > gamma(0.2));
    assert.equal(gamma(0.1, [0.5, 0.5, 0.5, 0.5]), 0);
    assert.equal(gamma(0, [0.5, 0.5, 0.5, 0.5]), 1);
  });

  it('mc-dropout: needs spreads, and leaves out responses without one', () => {
    assert.throws(() => groupTrust({ outcomes, thinking: [0, 0, 0, 0], mode: 'mc-dropout' }), /no spreads/);
    const spreads = [0.3, 0.3, null, null];
    const { gamma } = groupTrust({ outcomes, thinking: [0.2, 0.8, 0, 1], mode: 'mc-dropout', spreads });
    assert.ok(Math.abs(gamma - 0.5) < 1e-12);
    assert.equal(groupTrust({ outcomes, thinking: [null, null, null, null], mode: 'mc-dropout' }).gamma, 1);
  });

  it('refuses NaN and lists of different lengths by name', () => {
    assert.throws(() => groupTrust({ outcomes, thinking: [0, Number.NaN, 0, 0], mode: 'exp' }), /thinking\[1\] is NaN/);
    assert.throws(() => groupTrust({ outcomes, thinking: [0], mode: 'exp' }), /thinking: 1 values for a group of 4/);
  });
});
