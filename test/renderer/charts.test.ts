import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupCurve, smooth, unionOfSteps } from '../../src/renderer/charts/aggregate.ts';
import { drawGroups } from '../../src/renderer/charts/lines.ts';

const curve = (values: (number | null)[], first = 1) => ({ steps: values.map((_, i) => first + i), values });

describe('group curves', () => {
  test('mean and standard deviation at each step, over the runs that have it', () => {
    const { steps, mean, low, high, n } = groupCurve([curve([1, 2, 3]), curve([3, 2])], 'std');
    assert.deepEqual(steps, [1, 2, 3]);
    assert.deepEqual(mean, [2, 2, 3]);
    assert.deepEqual(n, [2, 2, 1]);
    assert.ok(Math.abs(high[0]! - (2 + Math.SQRT2)) < 1e-12, 'sample standard deviation');
    assert.deepEqual([low[2], high[2]], [null, null], 'one run has no spread');
  });

  test('the 95 % band uses the t distribution of few seeds', () => {
    const { mean, high } = groupCurve([curve([0]), curve([1]), curve([2])], '95 %');
    assert.equal(mean[0], 1);
    assert.ok(Math.abs(high[0]! - (1 + 4.303 / Math.sqrt(3))) < 1e-9);
  });

  test('nulls are left out and never count as zero', () => {
    const { mean, n } = groupCurve([curve([null, 4]), curve([2, null])], 'min–max');
    assert.deepEqual(mean, [2, 4]);
    assert.deepEqual(n, [1, 1]);
    assert.deepEqual(groupCurve([curve([null])], 'std').mean, [null]);
  });

  test('curves of other steps are joined by step', () => {
    assert.deepEqual(unionOfSteps([curve([1, 1], 1), curve([1, 1], 2)]), [1, 2, 3]);
    assert.deepEqual(unionOfSteps([]), []);
  });
});

describe('smoothing', () => {
  test('a constant stays what it is from the first point on', () => {
    assert.deepEqual(
      smooth([2, 2, 2], 0.9).map((value) => Math.round(value! * 1e9) / 1e9),
      [2, 2, 2],
    );
  });

  test('nulls stay and weigh nothing; no smoothing changes nothing', () => {
    const smoothed = smooth([1, null, 1], 0.5);
    assert.equal(smoothed[1], null);
    assert.equal(smoothed[2], 1);
    assert.deepEqual(smooth([1, 5, null], 0), [1, 5, null]);
  });
});

describe('what a chart draws', () => {
  test('hiding a group changes no number of another', () => {
    const groups = (hidden: boolean) => [
      { label: 'a', colour: 'red', curves: [curve([1, 2]), curve([3, 4])] },
      { label: 'b', colour: 'blue', hidden, curves: [curve([9, 9])] },
    ];
    const shown = drawGroups(groups(false), { band: 'std', smoothing: 0 });
    const hidden = drawGroups(groups(true), { band: 'std', smoothing: 0 });
    assert.deepEqual(shown.groups[0], hidden.groups[0]);
    assert.deepEqual(shown.groups[0]!.mean, [2, 3]);
  });

  test('bands come as upper and lower edge, the raw line faint where it is smoothed', () => {
    const { lines } = drawGroups([{ label: 'a', colour: 'red', curves: [curve([1, 2]), curve([3, 4])] }], {
      band: 'std',
      smoothing: 0.5,
    });
    assert.deepEqual(
      lines.map((line) => line.band ?? (line.faint ? 'raw' : 'line')),
      ['high', 'low', 'raw', 'line'],
    );
  });
});
