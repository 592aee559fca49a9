/** Tables and verdicts of studies made in a world name its validation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/main/store/store.ts';
import { studyTable } from '../../src/main/store/table/table.ts';
import { writeReport } from '../../src/main/store/validation/report-file.ts';
import { studyVerdict } from '../../src/main/store/verdict/verdict.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { temporaryStore } from '../store/helpers.ts';

function studyIn(store: Store, world: string): number {
  const text = `name: in-${world}\nvariants: [grpo, oracle]\nsettings: {data: {world: ${world}}}`;
  return store.addStudy(parseStudy(text, 'study.yaml')).studyId;
}
const noted = (notes: readonly string[]) => notes.filter((note) => note.startsWith('World '));

test('a world that was not validated is called so, and a validated one by date and count', () => {
  const store = temporaryStore();
  const shortcut = studyIn(store, 'shortcut');
  assert.deepEqual(noted(studyTable(store, shortcut).notes), ['World shortcut: not validated on this home.']);
  const checks = {
    permutation: {
      figures: [{ name: '', value: 0 }],
      detail: null,
      threshold: 'at most 1e-9',
      ...{ key: 'k', code: 'c', seconds: 1, at: Date.UTC(2026, 10, 30) },
    },
  };
  writeReport(store.paths.home, { world: 'shortcut', models: {}, checks });
  const line = 'World shortcut: validated 2026-11-30, 1 of 17 checks passed, 16 not run.';
  assert.deepEqual(noted(studyTable(store, shortcut).notes), [line]);
  assert.deepEqual(noted(studyVerdict(store, shortcut).notes), [line]);
});

test('a study of the everyday world has nothing to name', () => {
  const store = temporaryStore();
  assert.deepEqual(noted(studyTable(store, studyIn(store, 'everyday')).notes), []);
});
