import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pairedInterval } from '../../../src/main/store/statistics/paired-bootstrap.ts';
import { holm, signFlipP } from '../../../src/main/store/statistics/sign-flip.ts';
import { summarize } from '../../../src/main/store/statistics/summary.ts';
import { Random } from '../../../src/shared/values/random.ts';

const near = (a: number, b: number, by = 1e-12) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);

describe('summarize', () => {
  it('gives mean and std with ddof 1', () => {
    const { mean, std, n } = summarize([0.7, 0.72, 0.68]);
    near(mean!, 0.7);
    near(std!, 0.02);
    assert.equal(n, 3);
  });
  it('gives null for what cannot be had', () => {
    assert.deepEqual(summarize([]), { mean: null, std: null, n: 0 });
    assert.deepEqual(summarize([0.5]), { mean: 0.5, std: null, n: 1 });
  });
});

describe('signFlipP', () => {
  it('counts all sign patterns exactly', () => {
    assert.equal(signFlipP([1, 2, 3]), 2 / 8); // only +++ and --- reach |6|
    assert.equal(signFlipP([1, 1, -1]), 1); // |1| is reached by every pattern
    assert.equal(signFlipP([2, 1, 1, 1, 1]), 2 / 32);
    assert.equal(signFlipP([0, 0, 0]), 1);
    assert.equal(signFlipP([0.1, 0.2, 0.3]), 2 / 8); // sums that differ by rounding only are equal
    assert.equal(signFlipP([1]), null);
  });
  it('draws for many pairs, the same every time', () => {
    const values = Array.from({ length: 20 }, (_, i) => (i % 4 === 0 ? -1 : 1) * (1 + i / 10));
    assert.equal(signFlipP(values), signFlipP(values));
    assert.ok(signFlipP(values)! < 0.1);
  });
});

describe('holm', () => {
  it('steps down and keeps order and nulls', () => {
    const corrected = holm([0.01, null, 0.04, 0.03, 0.9]);
    assert.deepEqual(
      corrected.map((p) => (p === null ? null : p.toFixed(6))),
      ['0.040000', null, '0.090000', '0.090000', '0.900000'],
    );
    assert.deepEqual(holm([0.6, 0.7]), [1, 1]);
  });
});

describe('pairedInterval', () => {
  it('has no width where there is no spread, and lies around the difference', () => {
    const same = pairedInterval([
      {
        name: 'b',
        differences: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      },
    ])!;
    near(same.difference, 0.5);
    near(same.low, 0.5);
    near(same.high, 0.5);
  });

  it('weighs benchmarks equally, whatever their length', () => {
    const found = pairedInterval([
      {
        name: 'a',
        differences: [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
      },
      { name: 'b', differences: [[0], [0]] },
    ])!;
    near(found.difference, 0.5);
    near(found.low, 0.5);
  });

  it('is the same every time and moves with its seed', () => {
    const random = new Random(3);
    const differences = [0, 1, 2].map(() => Array.from({ length: 30 }, () => random.int(-1, 1)));
    const one = pairedInterval([{ name: 'b', differences }]);
    assert.deepEqual(pairedInterval([{ name: 'b', differences }]), one);
    assert.notDeepEqual(pairedInterval([{ name: 'b', differences }], { seed: 1 }), one);
  });

  it('matches the variance known for one seed: questions alone', () => {
    const differences = [Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : 0))];
    const { low, high } = pairedInterval([{ name: 'b', differences }], { repetitions: 20_000 })!;
    near(low, 0.5 - 1.96 * 0.05, 0.015); // the mean of 100 fair coins has std 0.05
    near(high, 0.5 + 1.96 * 0.05, 0.015);
  });

  it('is null without anything to pair', () => {
    assert.equal(pairedInterval([]), null);
    assert.equal(pairedInterval([{ name: 'b', differences: [[], []] }]), null);
    assert.equal(
      pairedInterval([
        { name: 'a', differences: [[1]] },
        { name: 'b', differences: [[1], [2]] },
      ]),
      null,
    );
  });

  const worlds: readonly [string, number, number, number][] = [
    ['noise alone', 0, 0.2, 0.5],
    ['questions that are easier for one arm with every seed', 0, 0.4, 0.4],
    ['seeds that differ', 0.1, 0.2, 0.5],
  ];
  for (const [what, seedSpread, questionSpread, noise] of worlds) {
    it(`holds the truth in at least 9 of 10 studies: ${what}`, () => {
      let held = 0;
      const studies = 150;
      for (let study = 0; study < studies; study++) {
        const random = new Random(study, what);
        const easier = Array.from({ length: 40 }, () => questionSpread * random.normal());
        const differences = [0, 1, 2].map(() => {
          const shift = seedSpread * random.normal();
          return easier.map((value) => shift + value + noise * random.normal());
        });
        const { low, high } = pairedInterval([{ name: `b${study % 20}`, differences }], { repetitions: 400 })!;
        if (low <= 0 && high >= 0) held++;
      }
      assert.ok(held / studies >= 0.9, `${held} of ${studies}`);
    });
  }
});
