/** What makes charts readable: labels that do not lie upon each other, ends of curves, bands within limits, numbers and names as printed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LABEL_ROW, labelRoom, placeLabels } from '../../../src/renderer/charts/lines/line-labels.ts';
import { drawGroups } from '../../../src/renderer/charts/lines/lines.ts';
import { tickLabels, yRangeWithin } from '../../../src/renderer/charts/lines/scales.ts';
import { type Effect, effectPlot } from '../../../src/renderer/charts/statistics/effect-plot.ts';
import { fixed, number, plusMinus, withMinus } from '../../../src/renderer/text/format.ts';
import { middleEllipsis } from '../../../src/shared/text/short-names.ts';
import { curveEnd } from '../../../src/shared/values/curve-end.ts';
import { bandOf, groupCurve, shareInterval } from '../../../src/shared/values/curves.ts';

const curve = (values: (number | null)[], first = 1) => ({ steps: values.map((_, i) => first + i), values });

describe('labels at the ends of lines', () => {
  test('stand at their lines where there is room, apart where there is none, in the order of the lines', () => {
    assert.deepEqual(
      placeLabels(
        [
          { index: 0, y: 80 },
          { index: 1, y: 20 },
        ],
        100,
      ),
      [
        { index: 1, y: 20 },
        { index: 0, y: 80 },
      ],
    );
    const crowded = Array.from({ length: 8 }, (_, index) => ({ index, y: 95 + index / 10 }));
    const placed = placeLabels(crowded, 8 * LABEL_ROW);
    assert.deepEqual(
      placed.map(({ index }) => index),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(
      placed.map(({ y }) => y),
      placed.map((_, i) => i * LABEL_ROW + LABEL_ROW / 2),
    );
  });

  test('a block of labels takes in the next one that it would touch, and stays on the chart', () => {
    const placed = placeLabels(
      [10, 12, 20, 90].map((y, index) => ({ index, y })),
      97,
    );
    const gaps = placed.slice(1).map(({ y }, i) => y - placed[i]!.y);
    assert.ok(
      gaps.every((gap) => gap >= LABEL_ROW),
      gaps.join(),
    );
    assert.ok(placed[0]!.y >= LABEL_ROW / 2 && placed.at(-1)!.y <= 97 - LABEL_ROW / 2);
  });

  test('are left out where they do not fit; a single line has its value alone', () => {
    assert.equal(labelRoom(9, 400, 8 * LABEL_ROW, 10), null);
    assert.equal(labelRoom(2, 200, 200, 10), null);
    assert.equal(labelRoom(1, 400, 100, 0)!.letters, 0);
    const { gutter, letters } = labelRoom(8, 480, 166, 40)!;
    assert.ok(letters >= 12 && gutter < 200, `${letters} letters in ${gutter} pixels`);
    assert.equal(labelRoom(8, 330, 166, 40)!.letters, 0, 'a few letters of a long name tell nothing: values alone');
    assert.equal(labelRoom(2, 330, 166, 6)!.letters, 6, 'short names stand whole');
  });
});

describe('the end of a curve', () => {
  test('is the mean of the last 20 steps of each run, with the spread over runs', () => {
    const long = curve([...new Array<number>(80).fill(9), ...new Array<number>(20).fill(0.4)]);
    const other = curve([...new Array<number>(10).fill(9), ...new Array<number>(20).fill(0.6)]);
    const { mean, std, n } = curveEnd([long, other]);
    assert.ok(Math.abs(mean! - 0.5) < 1e-12 && Math.abs(std! - Math.SQRT2 / 10) < 1e-12, `${mean} ${std}`);
    assert.equal(n, 2);
    assert.deepEqual(curveEnd([curve([null])]), { mean: null, std: null, n: 0 });
  });

  test('of shares of questions is the last evaluation', () => {
    assert.equal(curveEnd([{ steps: [0, 5], values: [0.1, 0.7], questions: [10, 10] }]).mean, 0.7);
  });
});

describe('bands', () => {
  test('of accuracy are the interval over its questions, which more seeds do not narrow, within 0 and 1', () => {
    const of = (value: number) => ({ steps: [1], values: [value], questions: [100] });
    const one = groupCurve([of(0.5)], 'std');
    const three = groupCurve([of(0.5), of(0.5), of(0.5)], 'quartiles');
    assert.deepEqual([one.low, one.high], [three.low, three.high]);
    assert.ok(
      Math.abs(one.low[0]! - 0.4038) < 1e-4 && Math.abs(one.high[0]! - 0.5962) < 1e-4,
      `${one.low} ${one.high}`,
    );
    const all = shareInterval(1, 20);
    assert.ok(all.high === 1 && all.low > 0.8 && all.low < 0.9, String(all.low));
    assert.deepEqual(groupCurve([of(0.5)], 'none').low, [null]);
  });

  test('of shares end where shares end', () => {
    const { groups } = drawGroups([{ label: 'a', colour: 'red', curves: [curve([1, 0]), curve([0.8, 0.3])] }], {
      band: 'std',
      smoothing: 0,
      limits: [0, 1],
    });
    assert.deepEqual([groups[0]!.curve.high[0], groups[0]!.curve.low[1]], [1, 0]);
  });

  test('are thin lines without fill from four groups on, without the raw lines of all', () => {
    const groups = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ label: `${i}`, colour: 'red', curves: [curve([1, 2]), curve([3, 4])] }));
    const kinds = (n: number) =>
      drawGroups(groups(n), { band: 'std', smoothing: 0.5 }).lines.map((line) =>
        line.band !== undefined ? 'fill' : line.edge ? 'edge' : line.faint ? 'raw' : 'line',
      );
    assert.deepEqual(new Set(kinds(3)), new Set(['fill', 'raw', 'line']));
    assert.deepEqual(new Set(kinds(4)), new Set(['edge', 'line']));
    assert.deepEqual([bandOf('auto', 3), bandOf('auto', 4), bandOf('min–max', 8)], ['std', 'quartiles', 'min–max']);
  });

  test('quartiles are those of the runs', () => {
    const { low, high } = groupCurve(
      [1, 2, 3, 4, 5].map((value) => curve([value])),
      'quartiles',
    );
    assert.deepEqual([low, high], [[2], [4]]);
  });
});

test('an axis of shares has no room beyond 0 and 1, unless a value is there', () => {
  const range = yRangeWithin([0, 1]);
  const chart = undefined as never;
  assert.deepEqual(range(chart, 0.5, 1)[1], 1);
  assert.ok(range(chart, 0.5, 1.2)[1] > 1.2);
  assert.deepEqual(range(chart, 1, 1), [0.9, 1]);
  const rounded = 1 + 2 ** -52; // a mean of ones
  assert.deepEqual(range(chart, rounded, rounded)[1], 1);
});

describe('effects with their intervals', () => {
  interface Mark {
    readonly kind: string;
    readonly data: readonly Record<string, unknown>[];
    readonly options: { readonly text?: (datum: Record<string, unknown>) => string; readonly title?: string };
  }
  const recorded = new Proxy({}, { get: (_, kind) => (data: unknown, options: unknown) => ({ kind, data, options }) });
  const colours = { ink: '', faint: '', line: '', surface: '', heat: [], split: [], series: (token: string) => token };
  const plotOf = (effects: readonly Effect[]) => effectPlot(effects, recorded as never, 900, colours);
  const marksOf = (effects: readonly Effect[]) => plotOf(effects).marks as unknown as Mark[];
  const effect = (row: string, difference: number, half: number): Effect => ({
    ...{ panel: 'test', row, colour: 'red', difference, low: difference - half, high: difference + half },
  });

  test('of zero width are points; where nothing differs the axis is a point either way', () => {
    const none = [effect('a', 0, 0), effect('b', 0, 0)];
    const intervals = (effects: readonly Effect[]) =>
      marksOf(effects)
        .filter(({ kind, options }) => kind === 'ruleY' && 'x1' in options)
        .flatMap(({ data }) => data.map(({ row }) => row));
    assert.deepEqual(intervals(none), []);
    assert.deepEqual(marksOf(none).find(({ kind }) => kind === 'dot')!.data.length, 2);
    assert.deepEqual(plotOf(none).x!.domain, [-1, 1]);
    assert.deepEqual(intervals([effect('a', 0, 0), effect('b', 0.02, 0.01)]), ['b']);
    assert.deepEqual(plotOf([effect('b', 0.02, 0.01)]).x!.domain, [0, 3]);
  });

  test('have their whole name, or its beginning and its end with the whole as a title', () => {
    const named = marksOf([effect('trust-exp-annealing-none-of-all', 0, 0)]).find(
      ({ options }) => options.title === 'row',
    )!;
    assert.equal(named.options.text!(named.data[0]!), 'trust-exp-a…one-of-all');
  });
});

describe('numbers and names', () => {
  test('a spread has the digits of its mean', () => {
    assert.equal(plusMinus(0.7123, 5.66e-8), '0.712 ± 0.000');
    assert.equal(plusMinus(98.34, 0.45, 1), '98.3 ± 0.5');
    assert.equal(plusMinus(-3.21e-5, 4e-6), '−3.21e−5 ± 0.40e−5');
    assert.equal(plusMinus(0, 0), '0.000 ± 0.000');
    assert.equal(plusMinus(0.5, null), '0.500');
  });

  test('what rounding leaves of a difference of equal means is 0', () => {
    assert.deepEqual([number(0), number(-2.78e-17), number(1e-12)], ['0', '0', '1.00e−12']);
    assert.equal(plusMinus(2.78e-17, 0.1), '0.000 ± 0.100');
  });

  test('minus signs are typographic', () => {
    assert.deepEqual(
      [number(-0.5), number(-5.66e-8), number(-3), fixed(-0.25, 2), fixed(-0.0001, 2)],
      ['−0.500', '−5.66e−8', '−3', '−0.25', '0.00'],
    );
    assert.deepEqual(tickLabels([-50, 0, 50]), ['−50', '0', '50']);
    assert.equal(
      withMinus('Trust (full vs. wo-trust): -0.3 points, 95 % interval -1.9 to +2.5'),
      'Trust (full vs. wo-trust): −0.3 points, 95\u00a0% interval −1.9 to +2.5',
    );
  });

  test('a long name loses its middle', () => {
    assert.equal(middleEllipsis('trust-exp-annealing-none', 13), 'trust-…g-none');
    assert.equal(middleEllipsis('short', 13), 'short');
  });
});
