import assert from 'node:assert/strict';
import { it } from 'node:test';
import { studyTable } from '../../../src/main/store/table/table.ts';
import { study } from './measured-study.ts';

it('keeps the start of an unfinished run out of means and differences', () => {
  const { store, studyId } = study((variant, seed) => (variant === 'full' && seed === 2 ? null : 6));
  const full = studyTable(store, studyId).rows[1]!.cells[0]!;
  assert.deepEqual([full.mean, full.n, full.unfinished], [0.6, 2, true]); // its start was 0.1
  assert.deepEqual([full.versus!.difference, full.versus!.n], [0, 2]);
  const none = study((variant) => (variant === 'full' ? null : 6));
  const started = studyTable(none.store, none.studyId).rows[1]!.cells[0]!;
  assert.deepEqual([started.mean!.toFixed(3), started.versus], ['0.100', null]);
});
