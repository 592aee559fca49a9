/** What a chart does again, and what not, as its curves grow; and the path of a curve among many. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type uPlot from 'uplot';
import { linePath } from '../../../src/renderer/charts/lines/line-path.ts';
import { type CurveGroup, drawGroups, lastAt } from '../../../src/renderer/charts/lines/lines.ts';
import { xRange } from '../../../src/renderer/charts/lines/scales.ts';
import type { Curve } from '../../../src/shared/values/curves.ts';

describe('what grows', () => {
  const options = { band: 'std', smoothing: 0.5 } as const;
  const bare = ({ places: _, ...chart }: ReturnType<typeof drawGroups>) => chart;
  const groupOf = (label: string, ...curves: Curve[]) => ({ label, colour: 'red', curves });
  const a = groupOf('a', { steps: [1, 3, 5], values: [1, null, 3] });
  const b = groupOf('b', { steps: [1, 5], values: [4, 5] }, { steps: [1, 5], values: [5, 8] });
  const first = drawGroups([a, b], options);

  for (const [what, next] of [
    ['at the end of x', [a, groupOf('b', { steps: [1, 5, 6], values: [4, 5, 6] }, b.curves[1]!)]],
    ['where x has a place', [groupOf('a', { steps: [1, 3, 5, 6], values: [1, null, 3, 4] }), b]],
    ['between two places', [a, groupOf('b', { steps: [1, 2, 5], values: [4, 9, 5] }, b.curves[1]!)]],
    ['beyond it, and something went', [groupOf('a', { steps: [3, 7], values: [2, 2] }), b]],
    ['by a group, in another order', [b, groupOf('c', { steps: [4], values: [1] }), a]],
  ] as const) {
    test(`${what} is drawn as if all had been drawn anew`, () => {
      const anew = structuredClone(next) as unknown as CurveGroup[];
      assert.deepEqual(bare(drawGroups(next, options, first)), bare(drawGroups(anew, options)));
    });
  }

  test('another smoothing or band counts for curves that have not changed', () => {
    const other = { band: 'none', smoothing: 0 } as const;
    assert.deepEqual(
      drawGroups([a, b], other, first).lines.map((line) => line.label),
      ['a', 'b'],
    );
  });

  test('curves that have not changed are not computed again while x grows at its end', () => {
    const [same, grown] = [groupOf('a', { steps: [1], values: [1] }), groupOf('b', { steps: [1, 2], values: [4, 5] })];
    const before = drawGroups([same, groupOf('b', { steps: [1], values: [4] })], options);
    const after = drawGroups([same, grown], options, before);
    assert.equal(after.lines[1]!.values, before.lines[1]!.values);
    assert.deepEqual(after.x, [1, 2]);
  });
});

describe('the path of a line', () => {
  /** Writes down what is drawn; a chart of 10 x 100 pixels over x and y from 0 to 100. */
  class Recorded {
    readonly drawn: string[] = [];
    moveTo = (x: number, y: number) => this.drawn.push(`M${x},${y}`);
    lineTo = (x: number, y: number) => this.drawn.push(`${x},${y}`);
  }
  const drawn = (values: (number | null | undefined)[], from = 0, to = values.length - 1, xs = [...values.keys()]) => {
    Object.assign(globalThis, { Path2D: Recorded });
    const scale = { min: 0, max: 100, distr: 1 };
    const chart = {
      data: [xs],
      scales: { x: scale, y: scale },
      bbox: { left: 0, top: 0, width: 10, height: 100 },
    };
    const at = values.flatMap((value, i) => (value === undefined ? [] : [i]));
    const line = { label: '', colour: '', values, at };
    return (linePath(chart as unknown as uPlot, line, from, to).stroke as unknown as Recorded).drawn.join(' ');
  };

  test('of points on one column of pixels the first, the lowest, the highest and the last are drawn', () => {
    const values = [50, 10, 90, 30, 40, ...new Array<undefined>(15), 20];
    assert.equal(drawn(values), 'M0,50 0,10 0,90 0,60 2,80');
  });

  test('a null lifts the pen, a place without a point does not', () => {
    assert.equal(
      drawn([0, ...new Array<undefined>(9), 10, ...new Array<undefined>(9), null, ...new Array<undefined>(9), 30]),
      'M0,100 1,90 M3,70',
    );
  });

  test('outside of the part in view only the neighbours are drawn', () => {
    const line = Array.from({ length: 101 }, (_, i) => (i % 10 === 0 ? i : undefined));
    assert.equal(drawn(line, 35, 70), 'M3,70 4,60 5,50 6,40 7,30');
  });

  test('zoomed in far, a line ends beside the plot, not a million pixels away', () => {
    // Up and down again; the plot shows the middle of the way up, from (0, 0) to (100, 100).
    assert.equal(drawn([-10_000, 30_000, -10_000], 0, 2, [-10_000, 30_000, 70_000]), 'M-10,200 20,-100');
  });

  test('a spike beyond the plot is left where the plot is left, and met again where it comes back', () => {
    const [gap, points] = [new Array<undefined>(9), /-?[\d.]+/g];
    const shown = drawn([50, ...gap, 1e6, ...gap, 50]).replaceAll(points, (number) => `${Math.round(Number(number))}`);
    assert.equal(shown, 'M0,50 0,-100 M2,-100 2,50');
  });
});

test('the last point at or before a place', () => {
  assert.deepEqual(
    [0, 1, 4, 9, 10].map((place) => lastAt([1, 5, 9], place)),
    [-1, 0, 0, 2, 2],
  );
});

test('a long x ends less than a pixel after its last place, and stays there for some steps', () => {
  const range = (high: number, distr = 1) =>
    xRange({ width: 300, scales: { x: { distr } } } as unknown as uPlot, 1, high)[1];
  assert.deepEqual(
    [1497, 1498, 1500, 1501].map((high) => range(high)),
    [1500, 1500, 1500, 1504],
  );
  assert.deepEqual(
    [range(60), range(1501, 3)],
    [60, 1501],
    'not where a step is wider than a pixel, nor along a logarithm',
  );
});
