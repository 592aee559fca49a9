import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableColumns } from '../../../src/main/store/table/results-table.ts';
import { studyScores } from '../../../src/main/store/table/study-scores.ts';

import { study } from './measured-study.ts';

test('forms of the same pictures are columns of their own, without an average over them', () => {
  const names = ['shortcut-cue-right', 'shortcut-cue-wrong', 'shortcut-no-cue'];
  assert.deepEqual(
    tableColumns(names).map(({ title }) => title),
    names,
  );
});

test('a study of a world whose runs answered greedily alone has a table of these answers', () => {
  const { store, studyId } = study(() => 5);
  assert.equal(studyScores(store, studyId).mode, 'greedy');
  const plan = { ...store.study(studyId).plan, settings: { data: { world: 'shortcut' } } };
  const ofWorld = Object.assign(Object.create(store), { study: () => ({ ...store.study(studyId), plan }) });
  const { mode, benchmarks } = studyScores(ofWorld, studyId);
  assert.equal(mode, 'greedy');
  assert.ok(benchmarks.length > 0);
});
