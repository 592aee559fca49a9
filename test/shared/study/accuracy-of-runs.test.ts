/** Accuracy of runs of several studies: one chart for the same questions, others apart, drawn as each world has it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { benchmarks } from '../../../src/main/tasks/benchmarks.ts';
import { accuracyCharts } from '../../../src/shared/study/accuracy-curves.ts';
import { accuracyOfRuns, chartsApart } from '../../../src/shared/study/accuracy-of-runs.ts';
import { worldOfBenchmark } from '../../../src/shared/worlds/worlds.ts';

const row = (runId: number, step: number, benchmark: string, right: number, more = {}) => ({
  ...{ runId, step, benchmark, mode: 'greedy' as const, benchmarkHash: `of ${benchmark}`, questions: 10 },
  ...{ exact: right, accuracy: right / 10, exactAccuracy: right / 10 },
  ...more,
});
const everyday = (runId: number, right: number, more = {}) => [
  row(runId, 0, 'chart-test', 1, more),
  row(runId, 8, 'chart-test', right, more),
];
const told = (rows: ReturnType<typeof row>[], studies: Record<number, number>) =>
  accuracyOfRuns(rows, (id) => studies[id]!).map(({ questions, curves, chart }) => [
    ...[chart.name, questions],
    [...curves].map(([id, { values }]) => [id, values.at(-1)]),
  ]);

describe('accuracy of runs', () => {
  test('on the same questions is one chart, of whichever studies they are', () => {
    const rows = [...everyday(1, 5), ...everyday(2, 7)];
    assert.deepEqual(told(rows, { 1: 1, 2: 2 }), [
      [
        'test',
        'chart-test, 10 questions, greedy',
        [
          [1, 0.5],
          [2, 0.7],
        ],
      ],
    ]);
    assert.deepEqual(chartsApart(accuracyOfRuns(rows, (id) => id)), []);
  });

  test('on others is a chart each, told apart even where all words are alike', () => {
    const rows = [...everyday(1, 5), ...everyday(2, 7, { benchmarkHash: 'other' })];
    const charts = accuracyOfRuns(rows, (id) => id);
    assert.equal(chartsApart(charts).length, 2);
    for (const { questions } of charts) assert.match(questions, /^chart-test, 10 questions, greedy \([0-9a-f]{6}\)$/);
  });

  test('of another world is drawn as its own study has it, beside the everyday one', () => {
    const world = [row(3, 8, 'flattery-test', 2), row(3, 8, 'flattery-test', 4, { mode: 'sampled' as const })];
    const rows = [...everyday(1, 5), ...world];
    assert.deepEqual(told(rows, { 1: 1, 3: 2 }), [
      ['test', 'chart-test, 10 questions, greedy', [[1, 0.5]]],
      ['flattery-test', 'flattery-test, 10 questions, sampled', [[3, 0.4]]],
    ]);
    assert.equal(chartsApart(accuracyOfRuns(rows, (id) => id)).length, 2);
  });

  test('of a study with both splits is two charts that are not apart, also where a run lacks one', () => {
    const rows = [...everyday(1, 5), ...everyday(2, 6), row(1, 8, 'chart-hard', 3)];
    const charts = accuracyOfRuns(rows, () => 1);
    assert.deepEqual(
      charts.map(({ chart }) => chart.name),
      ['test', 'hard'],
    );
    assert.deepEqual(chartsApart(charts), []);
  });

  test('on an imported set is a chart by its name, beside the splits or alone', () => {
    const names = (rows: ReturnType<typeof row>[]) => accuracyCharts('everyday', rows).map(({ name }) => name);
    assert.deepEqual(names([row(1, 8, 'photos/test', 5)]), ['photos/test']);
    assert.deepEqual(names([row(1, 8, 'photos/test', 5), ...everyday(1, 5)]), ['test', 'hard', 'photos/test']);
    assert.deepEqual(names([]), ['test', 'hard']);
  });

  test('of pictures in several forms begins with the one that the verdict is told by', () => {
    const forms = ['cue-right', 'no-cue', 'cue-wrong'].map((form) => row(1, 8, `shortcut-${form}`, 5));
    assert.deepEqual(
      accuracyCharts('shortcut', forms).map(({ name }) => name),
      ['shortcut-cue-wrong', 'shortcut-cue-right', 'shortcut-no-cue'],
    );
  });
});

test('a benchmark’s world is found by its name', () => {
  for (const { name, world } of benchmarks) assert.equal(worldOfBenchmark(name), world, name);
  assert.equal(worldOfBenchmark('photos/test'), 'everyday');
});
