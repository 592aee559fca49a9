import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawGroups } from '../../../src/renderer/charts/lines/lines.ts';
import { logLabelled, logTicks, tickLabels } from '../../../src/renderer/charts/lines/scales.ts';
import { groupCurve, middleRange, pointCounts, smooth, unionOfSteps } from '../../../src/shared/values/curves.ts';

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

describe('other axes', () => {
  const moved = (values: number[], x: (number | null)[]) => ({ ...curve(values), x });

  test('a group lies where its runs lie on average; a step nobody can place is left out', () => {
    const { x, steps, mean } = groupCurve([moved([1, 2, 3], [10, 20, null]), moved([3, 4, 5], [20, 40, null])], 'none');
    assert.deepEqual(
      [x, steps, mean],
      [
        [15, 30],
        [1, 2],
        [2, 3],
      ],
    );
  });

  test('a step that lies before an earlier one, as runs that ended early make it, is drawn in its place', () => {
    const { x, steps } = groupCurve([moved([1, 2, 3], [10, 20, 30]), moved([3, 4], [40, 50])], 'none');
    assert.deepEqual(
      [x, steps],
      [
        [25, 30, 35],
        [1, 3, 2],
      ],
    );
  });

  test('places that only another group has are no gaps; a null of its own is one', () => {
    const { x, steps, lines } = drawGroups(
      [
        { label: 'a', colour: 'red', curves: [{ ...curve([1, null, 3]), x: [10, 20, 30] }] },
        { label: 'b', colour: 'blue', curves: [{ ...curve([5, 6]), x: [15, 25] }] },
      ],
      { band: 'none', smoothing: 0 },
    );
    assert.deepEqual(x, [10, 15, 20, 25, 30]);
    assert.deepEqual(steps, [1, 1, 2, 2, 3]);
    assert.deepEqual(lines[0]!.values, [1, undefined, null, undefined, 3]);
  });
});

test('ignoring outliers keeps the middle 95 % in view', () => {
  const values = [...Array.from({ length: 99 }, (_, i) => i / 100), 1e6];
  const [low, high] = middleRange(values)!;
  assert.ok(low >= 0 && high < 1, String(high));
  assert.equal(middleRange([]), null);
});

test('what is drawn is counted beside what there is', () => {
  assert.deepEqual(pointCounts([{ ...curve([1, 2]), total: 10 }, curve([1])]), { drawn: 3, total: 11 });
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
    assert.deepEqual(shown.groups[0]!.curve.mean, [2, 3]);
  });

  test('the baseline is bold and drawn last; dashes are those of the series', () => {
    const { lines } = drawGroups(
      [
        { label: 'a', colour: 'red', reference: true, curves: [curve([1])] },
        { label: 'b', colour: 'blue', dash: [2, 2], curves: [curve([2])] },
      ],
      { band: 'none', smoothing: 0 },
    );
    assert.deepEqual(
      lines.map((line) => [line.label, line.bold ?? false, line.dash]),
      [
        ['b', false, [2, 2]],
        ['a', true, []],
      ],
    );
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

describe('labels of an axis', () => {
  test('tell each tick from the next, without needless zeros', () => {
    assert.deepEqual(tickLabels([0.925, 0.95, 0.975, 1]), ['0.925', '0.95', '0.975', '1']);
    assert.deepEqual(tickLabels([0.6175, 0.62, 0.6225]), ['0.6175', '0.62', '0.6225']);
    assert.deepEqual(tickLabels([0, 0.1, 0.2, 0.30000000000000004]), ['0', '0.1', '0.2', '0.3']);
    assert.deepEqual(tickLabels([-50, 0, 50]), ['−50', '0', '50']);
    // Learning rates: more decimals than the place beside the axis holds.
    assert.deepEqual(tickLabels([0.000028, 0.00003, 0.000032]), ['2.8e−5', '3e−5', '3.2e−5']);
  });
  test('are short where numbers are large, exact where they are small', () => {
    assert.deepEqual(tickLabels([0, 5000, 10_000, 15_000]), ['0', '5,000', '10k', '15k']);
    assert.deepEqual(tickLabels([123_450, 123_500, 123_550]), ['123.45k', '123.5k', '123.55k']);
    assert.deepEqual(tickLabels([1_000_000, 1_500_000]), ['1M', '1.5M']);
    assert.deepEqual(tickLabels([0, 2.5e-8, 5e-8]), ['0', '2.5e−8', '5e−8']);
  });
  test('a logarithmic axis has the multiples of powers of ten in view, and labels those that have room', () => {
    assert.deepEqual(logTicks(0.3, 2), [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2]);
    assert.deepEqual(
      logLabelled(logTicks(1, 200)).filter((one) => one !== null),
      [1, 2, 5, 10, 20, 50, 100, 200],
    );
    assert.deepEqual(
      logLabelled(logTicks(1e-3, 30)).filter((one) => one !== null),
      [0.001, 0.01, 0.1, 1, 10],
    );
    assert.deepEqual(logTicks(120, 180), [120, 140, 160, 180]); // a part without two of them
    assert.deepEqual(logTicks(0.52, 0.58), [0.52, 0.54, 0.56, 0.58]);
  });

  test('are left out where a logarithmic axis has no room for them', () => {
    assert.deepEqual(tickLabels([0.001, null, 0.01, null, 1]), ['0.001', '', '0.01', '', '1']);
    assert.deepEqual(tickLabels([0.5]), ['0.5']);
  });
});
