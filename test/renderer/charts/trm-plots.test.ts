/** What the plots of the TRM page are made of, without a browser: one row a rater, one bar a count, nothing for what is not known. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as Plot from '@observablehq/plot';
import type { Palette } from '../../../src/renderer/charts/plot-figure.ts';
import { calibrationPlot } from '../../../src/renderer/charts/statistics/calibration-plot.ts';
import { histogramPlot, intervalStarts } from '../../../src/renderer/charts/statistics/histogram-plot.ts';
import {
  INTERVAL_AXIS,
  INTERVAL_ROW,
  intervalPlot,
  intervalText,
} from '../../../src/renderer/charts/statistics/interval-plot.ts';

const COLOURS: Palette = {
  ink: '#111',
  faint: '#555',
  line: '#999',
  surface: '#fff',
  heat: [],
  split: [],
  series: (token) => (token === 'var(--series-0)' ? '#0063a6' : token),
};
const show = (value: number) => value.toFixed(2);
const AXIS = { low: 0, high: 1, mark: 0.5, show, tick: show, label: 'Accuracy' };
const marksOf = ({ marks = [] }: Plot.PlotOptions) =>
  marks as unknown as readonly { data: readonly Record<string, unknown>[] }[];

describe('plots of the TRM page', () => {
  test('intervals: rows lie where those of the table beside them do; what is not known is not drawn', () => {
    const points = [
      { label: 'a', colour: 'var(--series-0)', value: 0.8, low: 0.7, high: 0.9 },
      { label: 'b', colour: '#222222', value: null, low: null, high: null },
    ];
    const options = intervalPlot(points, AXIS, Plot, 300, COLOURS, false);
    assert.equal(options.height, 2 * INTERVAL_ROW + INTERVAL_AXIS);
    assert.deepEqual([options.marginTop, options.y?.domain], [0, ['a', 'b']]);
    const [, , bars, dots] = marksOf(options);
    assert.deepEqual(
      [bars, dots].map((mark) => mark!.data.map((one) => [one.label, one.colour])),
      [[['a', '#0063a6']], [['a', '#0063a6']]],
    );
    assert.deepEqual([intervalText(points[0]!, show), intervalText(points[1]!, show)], ['[0.70, 0.90]', '']);
  });

  test('for print the rows name themselves and give their numbers', () => {
    const points = [{ label: 'a', colour: '#222222', value: 0.8, low: 0.7, high: 0.9 }];
    const screen = intervalPlot(points, AXIS, Plot, 720, COLOURS, false);
    const print = intervalPlot(points, AXIS, Plot, 720, COLOURS, true);
    assert.deepEqual([screen.y?.axis, print.y?.axis, print.x?.label], [null, 'left', 'Accuracy']);
    assert.equal(marksOf(print).length, marksOf(screen).length + 1);
  });

  test('a histogram has a bar for each count of each series, by where the interval begins', () => {
    const series = [
      { label: 'before', colour: 'var(--series-0)', counts: [4, 0] },
      { label: 'after', colour: '#222222', counts: [2, 1] },
    ];
    assert.deepEqual(intervalStarts(series), ['0.0', '0.5']);
    const options = histogramPlot(series, Plot, 500, COLOURS, false);
    assert.deepEqual(
      marksOf(options)[0]!.data.map((bar) => [bar.start, bar.label, bar.count, bar.colour]),
      [
        ['0.0', 'before', 4, '#0063a6'],
        ['0.5', 'before', 0, '#0063a6'],
        ['0.0', 'after', 2, '#222222'],
        ['0.5', 'after', 1, '#222222'],
      ],
    );
    assert.equal(marksOf(histogramPlot(series, Plot, 500, COLOURS, true)).length, marksOf(options).length + 4);
  });

  test('calibration is a square of 0 to 1 both ways, in a narrow card too', () => {
    const raters = [{ label: 'a', colour: '#222222', points: [{ bin: 2, meanScore: 0.2, meanTruth: 0.3, count: 9 }] }];
    for (const width of [200, 900]) {
      const options = calibrationPlot(raters, Plot, width, COLOURS, false);
      assert.ok(options.width! <= width && options.width! <= 300);
      const across = options.width! - options.marginLeft! - options.marginRight!;
      const down = options.height! - options.marginTop! - options.marginBottom!;
      assert.ok(Math.abs(across - down) <= 1, `${across} by ${down}`);
      assert.deepEqual(
        [options.x?.domain, options.y?.domain],
        [
          [0, 1],
          [0, 1],
        ],
      );
    }
  });
});
