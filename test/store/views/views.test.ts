/** Views of a study's runs: kept, renamed, deleted, carried by archives; what is damaged is shown as the usual view. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { type RunView, USUAL_VIEW, VIEW_LIMITS } from '../../../src/shared/run-table/view.ts';
import { sampleStudy, temporaryFolder, temporaryStore } from '../helpers.ts';

const VIEW: RunView = {
  columns: ['variant', 'reward.alpha', 'kl:best'],
  ...{ sort: '-accuracy/test', filter: 'seed in (1, 2) and kl < 1', group: 'reward.alpha', charts: ['kl'] },
  ...{ panels: [{ x: 'reward.alpha', y: 'accuracy/test' }], sweep: 'accuracy/test' },
  brushes: [{ column: 'reward.alpha', low: 0.1, high: null }],
};

function withStudy() {
  const store = temporaryStore();
  return { store, studyId: store.addStudy(sampleStudy()).studyId };
}

describe('views of a study', () => {
  test('are kept whole, by name; renamed, changed, deleted', () => {
    const { store, studyId } = withStudy();
    const id = store.addView(studyId, '  The best ', VIEW);
    store.addView(studyId, 'a first', USUAL_VIEW);
    assert.deepEqual(
      store.views(studyId).map(({ name }) => name),
      ['a first', 'The best'],
    );
    assert.deepEqual(store.views(studyId)[1]!.view, VIEW);
    store.renameView(id, 'the best');
    store.changeView(id, { ...VIEW, filter: '' });
    const [, changed] = store.views(studyId);
    assert.deepEqual([changed!.name, changed!.view.filter], ['the best', '']);
    store.deleteView(id);
    store.deleteView(id);
    assert.equal(store.views(studyId).length, 1);
    assert.throws(() => store.changeView(id, VIEW), /There is no view number/);
    assert.throws(() => store.renameView(id, 'x'), /There is no view number/);
  });

  test('of one study have different names, whatever their case; of two studies not', () => {
    const { store, studyId } = withStudy();
    const id = store.addView(studyId, 'mine', VIEW);
    assert.throws(() => store.addView(studyId, 'Mine', VIEW), /This study already has a view "Mine"\. Choose another/);
    const other = store.addStudy({ ...sampleStudy(), seeds: [7] }).studyId;
    assert.equal(typeof store.addView(other, 'mine', VIEW), 'number');
    store.addView(studyId, 'else', VIEW);
    assert.throws(() => store.renameView(id, 'else'), /already has a view/);
    store.renameView(id, 'MINE');
    for (const name of ['', '   ', 'a\nb', 'a\u202eb', 'x'.repeat(VIEW_LIMITS.name + 1)])
      assert.throws(() => store.addView(studyId, name, VIEW), /The name of a view has 1 to 60 characters/);
    assert.throws(() => store.addView(99, 'x', VIEW), /There is no study number 99/);
  });

  test('of all runs are beside those of studies, and no archive carries them', async () => {
    const { store, studyId } = withStudy();
    const own = store.addView(studyId, 'mine', USUAL_VIEW);
    const id = store.addView(null, 'mine', VIEW);
    assert.throws(() => store.addView(null, 'MINE', VIEW), /There is already a view "MINE"\. Choose another/);
    store.addView(null, 'second', USUAL_VIEW);
    store.renameView(id, 'Mine too', 'home_views');
    assert.throws(() => store.renameView(id, 'Second', 'home_views'), /already a view "Second"/);
    store.changeView(id, { ...VIEW, filter: '' }, 'home_views');
    const names = (study: number | null) => store.views(study).map(({ name, view }) => [name, view.filter]);
    assert.deepEqual(names(null), [
      ['Mine too', ''],
      ['second', ''],
    ]);
    assert.deepEqual(names(studyId), [['mine', '']]);
    const file = join(temporaryFolder(), 'x.zip');
    await archiveToFile(store, studyId, file, { program: 'test' });
    const other = temporaryStore();
    await importArchive(other, file);
    assert.equal(other.views(null).length, 0);
    store.deleteView(id, 'home_views');
    assert.throws(() => store.renameView(id, 'x', 'home_views'), /There is no view number/);
    store.deleteView(own);
    assert.deepEqual(names(null), [['second', '']]);
  });

  test('have a number that a study stops at', () => {
    const { store, studyId } = withStudy();
    for (let i = 0; i < VIEW_LIMITS.views; i++) store.addView(studyId, `view ${i}`, USUAL_VIEW);
    assert.throws(() => store.addView(studyId, 'one more', USUAL_VIEW), /at most 100 views/);
  });

  test('go with their study: into its archive, and away when it is deleted', async () => {
    const { store, studyId } = withStudy();
    store.addView(studyId, 'the best', VIEW);
    const file = join(temporaryFolder(), 'study.zip');
    await archiveToFile(store, studyId, file, { program: 'test' });
    const other = temporaryStore();
    other.addStudy({ ...sampleStudy(), seeds: [5] });
    const imported = await importArchive(other, file);
    assert.notEqual(imported.studyId, studyId);
    assert.deepEqual(
      other.views(imported.studyId).map(({ name, view }) => [name, view]),
      [['the best', VIEW]],
    );
    store.deleteStudy(studyId);
    assert.equal(store.database.prepare('SELECT count(*) FROM study_views').pluck().get(), 0);
  });

  test('that cannot be read are the usual one, and say so', () => {
    const { store, studyId } = withStudy();
    store.addView(studyId, 'torn', VIEW);
    store.database.prepare('UPDATE study_views SET view = \'{"columns": 7}\'').run();
    const [torn] = store.views(studyId);
    assert.deepEqual(torn!.view, USUAL_VIEW);
    assert.match(torn!.damage!, /view/);
  });
});

describe('tags of many runs', () => {
  test('are given and taken at once, each once; all or none', () => {
    const { store, studyId } = withStudy();
    const ids = store.listRuns({ studyId }).map(({ id }) => id);
    const tags = () => ids.map((id) => store.run(id).tags);
    store.setRunTags(ids[0]!, ['old', 'kept']);
    store.changeRunTags(ids.slice(0, 2), ['kept', 'new'], ['old']);
    assert.deepEqual(tags(), [['kept', 'new'], ['kept', 'new'], [], []]);
    const many = Array.from({ length: 49 }, (_, i) => `t${i}`);
    assert.throws(() => store.changeRunTags(ids.toReversed(), many, []), /would have 51 tags; 50 are the most/);
    assert.deepEqual(tags(), [['kept', 'new'], ['kept', 'new'], [], []]);
    assert.throws(() => store.changeRunTags([ids[0]!, 999], ['x'], []), /There is no run number 999/);
    assert.deepEqual(tags()[0], ['kept', 'new']);
  });
});
