/** The difference of two shares of the same questions, its interval, and McNemar's test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mcNemarP, shareDifference } from '../../../src/main/store/statistics/paired-shares.ts';
import { Random } from '../../../src/shared/values/random.ts';

test('an example worked by hand: 21 pairs, of which 1 was gained and 7 were lost', () => {
  const found = shareDifference({ n: 21, gained: 1, lost: 7 });
  assert.equal(found?.difference.toFixed(4), '-0.2857');
  // (2 / 23 - 8 / 23) -+ 1.96 sqrt((10 / 23 - (6 / 23)^2) / 23)
  assert.deepEqual([found?.low.toFixed(4), found?.high.toFixed(4)], ['-0.5084', '-0.0134']);
  assert.equal(found?.p, (2 * (1 + 8)) / 2 ** 8);
});

test('p is exact, symmetric, never above 1, and holds for thousands of changes', () => {
  assert.equal(mcNemarP(0, 0), 1);
  assert.equal(mcNemarP(4, 4), 1);
  assert.ok(Math.abs(mcNemarP(2, 10) - (2 * (1 + 12 + 66)) / 4096) < 1e-12);
  assert.equal(mcNemarP(10, 2), mcNemarP(2, 10));
  const { p } = shareDifference({ n: 9000, gained: 2032, lost: 1968 }) ?? { p: 0 };
  assert.ok(Math.abs(p - 0.319) < 0.001, String(p));
});

test('the interval is within -1 and 1, has a width without any change, and is null without questions', () => {
  assert.equal(shareDifference({ n: 0, gained: 0, lost: 0 }), null);
  const all = shareDifference({ n: 3, gained: 3, lost: 0 });
  assert.ok(all !== null && all.high === 1 && all.low < 1);
  const none = shareDifference({ n: 50, gained: 0, lost: 0 });
  assert.ok(none !== null && none.low < -0.02 && none.high > 0.02);
});

test('it holds the true difference about 95 times of 100', () => {
  const random = new Random(0, 'paired shares');
  let held = 0;
  for (let i = 0; i < 4000; i++) {
    let [gained, lost] = [0, 0];
    for (let question = 0; question < 100; question++) {
      const at = random.next();
      if (at < 0.12) gained++;
      else if (at < 0.17) lost++;
    }
    const found = shareDifference({ n: 100, gained, lost });
    if (found !== null && found.low <= 0.07 && found.high >= 0.07) held++;
  }
  assert.ok(held > 0.94 * 4000 && held < 0.975 * 4000, `${held} of 4000`);
});
