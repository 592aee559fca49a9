import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableColumns } from '../../../src/main/store/table/results-table.ts';

test('forms of the same pictures are columns of their own, without an average over them', () => {
  const names = ['shortcut-cue-right', 'shortcut-cue-wrong', 'shortcut-no-cue'];
  assert.deepEqual(
    tableColumns(names).map(({ title }) => title),
    names,
  );
});
