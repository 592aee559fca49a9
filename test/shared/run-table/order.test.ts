/** Runs in the order of a column, and in groups. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellValue, RUN_COLUMNS, type RunColumn } from '../../../src/shared/run-table/column.ts';
import { groupedRows, sortedRows, sortingOf } from '../../../src/shared/run-table/order.ts';

const rows = (...values: Record<string, CellValue>[]) => values.map((own) => ({ values: own }));
const seeds = (list: readonly { values: Readonly<Record<string, CellValue>> }[]) =>
  list.map(({ values }) => values.seed);
const COLUMNS: readonly RunColumn[] = [...RUN_COLUMNS, { id: 'kl', title: 'KL', kind: 'number', group: 'metric' }];

test('rows are sorted either way, what is missing comes last both times, equal ones stay', () => {
  const all = rows({ seed: 1, kl: 2 }, { seed: 2, kl: null }, { seed: 3, kl: 1 }, { seed: 4, kl: 2 });
  assert.deepEqual(seeds(sortedRows(all, sortingOf('kl'))), [3, 1, 4, 2]);
  assert.deepEqual(seeds(sortedRows(all, sortingOf('-kl'))), [1, 4, 3, 2]);
  assert.deepEqual(seeds(sortedRows(all, sortingOf(''))), [1, 2, 3, 4]);
});

test('numbers in names are sorted as numbers', () => {
  const all = rows({ seed: 1, run: 'run-10' }, { seed: 2, run: 'run-9' });
  assert.deepEqual(seeds(sortedRows(all, sortingOf('run'))), [2, 1]);
});

test("groups have mean and half the 95 % interval (Student's t) of each column of numbers, and their runs in order", () => {
  const all = rows(
    { seed: 1, variant: 'b', kl: 4 },
    { seed: 2, variant: 'a', kl: 1 },
    { seed: 3, variant: 'b', kl: 2 },
    { seed: 4, variant: 'b', kl: null },
    { seed: 5, variant: 'c', kl: null },
  );
  const groups = groupedRows(all, 'variant', COLUMNS, sortingOf('-kl'));
  assert.deepEqual(
    groups.map(({ value }) => value),
    ['b', 'a', 'c'],
  );
  const [b, a, c] = groups;
  assert.deepEqual(seeds(b!.rows), [1, 3, 4]);
  assert.equal(b!.figures.kl!.mean, 3);
  assert.equal(b!.figures.kl!.n, 2);
  // 12.7062 x sqrt(2) / sqrt(2): the quantile of one degree of freedom, std sqrt(2), two runs
  assert.ok(Math.abs(b!.figures.kl!.half! - 12.7062) < 1e-3, String(b!.figures.kl!.half));
  assert.deepEqual(a!.figures.kl, { mean: 1, half: null, n: 1 });
  assert.equal(c!.figures.kl, undefined);
  assert.equal(b!.figures.variant, undefined);
});

test('sorted by the grouping column, or by a text, groups follow their own value', () => {
  const all = rows({ seed: 1, kl: 10 }, { seed: 2, kl: 9 }, { seed: 3, kl: null }, { seed: 4, kl: 10 });
  const groups = groupedRows(all, 'kl', COLUMNS, sortingOf('kl'));
  assert.deepEqual(
    groups.map(({ value, rows }) => [value, seeds(rows)]),
    [
      [9, [2]],
      [10, [1, 4]],
      [null, [3]],
    ],
  );
});
