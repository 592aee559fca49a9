/** Crossed effects against statsmodels and scipy, and against simulated null studies. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  crossedInterval,
  detectableDifference,
  expectedError,
  powerOf,
  seedsNeeded,
  studentQuantile,
} from '../../../src/main/store/statistics/crossed-effects.ts';
import { Random } from '../../../src/shared/values/random.ts';

interface Fixture {
  readonly cases: { differences: number[][]; se: number; df: number; low: number; high: number }[];
  readonly quantiles: { p: number; df: number; value: number }[];
  readonly power: { ratio: number; df: number; power: number }[];
}
const fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/statistics/crossed.json'), 'utf8'),
) as Fixture;

const near = (got: number, wanted: number, tolerance: number) =>
  assert.ok(Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)), `${got} is not ${wanted}`);

describe('crossed effects', () => {
  fixture.cases.forEach(({ differences, ...wanted }, i) => {
    it(`equal statsmodels' analysis of variance with Satterthwaite's interval (case ${i + 1})`, () => {
      const got = crossedInterval([{ differences }]);
      assert.ok(got !== null);
      for (const key of ['se', 'df', 'low', 'high'] as const) near(got[key], wanted[key], 1e-6);
    });
  });
  for (const { p, df, value } of fixture.quantiles)
    it(`t at ${p} with ${df} degrees of freedom`, () => near(studentQuantile(p, df), value, 1e-6));
  for (const { ratio, df, power } of fixture.power)
    it(`power of ${ratio} standard errors with ${df} degrees of freedom`, () => near(powerOf(ratio, df), power, 1e-6));

  it('takes questions of one picture as one: copies of a question add nothing', () => {
    const differences = [
      [0.5, 0, -0.5, 1],
      [0, 0.5, -0.5, 0.5],
      [1, 0, 0, 0.5],
    ];
    const once = crossedInterval([{ differences }]);
    const thrice = crossedInterval([
      {
        differences: differences.map((row) => row.flatMap((value) => [value, value, value])),
        clusters: ['a', 'b', 'c', 'd'].flatMap((name) => [name, name, name]),
      },
    ]);
    assert.deepEqual(thrice, once);
  });

  it('has no interval with one seed, without questions or with rows of different length', () => {
    assert.equal(crossedInterval([{ differences: [[1, 2]] }]), null);
    assert.equal(crossedInterval([{ differences: [[], []] }]), null);
    assert.equal(crossedInterval([{ differences: [[1], [1, 2]] }]), null);
    assert.equal(crossedInterval([]), null);
  });

  it('marks about 5 % of null studies, whether the variance lies between runs or between questions', () => {
    for (const [seedSd, questionSd] of [
      [0, 0],
      [0.03, 0],
      [0, 0.1],
      [0.01, 0.1],
    ] as const) {
      const random = new Random(7, `null studies ${seedSd} ${questionSd}`);
      let marked = 0;
      const studies = 400;
      for (let i = 0; i < studies; i++) {
        const runs = Array.from({ length: 5 }, () => seedSd * random.normal());
        const asked = Array.from({ length: 80 }, () => questionSd * random.normal());
        const differences = runs.map((run) =>
          asked.map((question) => {
            const shift = run + question;
            const draw = random.next();
            return draw < (0.1 + shift) / 2 ? 1 : draw < Math.max(0.1, Math.abs(shift)) ? -1 : 0;
          }),
        );
        const interval = crossedInterval([{ differences }]);
        if (interval !== null && (interval.low > 0 || interval.high < 0)) marked++;
      }
      assert.ok(marked / studies <= 0.1, `${marked} of ${studies} at ${seedSd}, ${questionSd}`);
    }
  });

  it('says how many seeds and what difference, and both agree', () => {
    const components = { seed: 0.0001, question: 0.0025, rest: 0.09 };
    const seeds = seedsNeeded(components, 0.02, 400);
    assert.ok(seeds !== null && seeds > 2);
    const atThose = detectableDifference(components, seeds, 400) ?? Number.NaN;
    const atOneLess = detectableDifference(components, seeds - 1, 400) ?? Number.NaN;
    assert.ok(atThose <= 0.02 && atOneLess > 0.02, `${atThose} ${atOneLess}`);
    assert.equal(seedsNeeded({ seed: 1, question: 0, rest: 0 }, 1e-6, 10, 0.8, 0.95, 50), null);
    assert.ok(expectedError(components, 10, 400).se < expectedError(components, 5, 400).se);
    assert.equal(detectableDifference(components, 1, 400), null);
  });
});
