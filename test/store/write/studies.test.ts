import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleStep, sampleStudy, startedRun, temporaryStore } from '../helpers.ts';

describe('studies', () => {
  it('adds every planned run once, and the same study once', () => {
    const store = temporaryStore();
    const added = store.addStudy(sampleStudy());
    assert.deepEqual(store.addStudy(sampleStudy()), { ...added, created: false });
    const runs = store.listRuns({ studyId: added.studyId });
    assert.deepEqual(runs.map((run) => `${run.variant}/${run.seed}`).sort(), ['full/0', 'full/1', 'grpo/0', 'grpo/1']);
    assert.equal(new Set(runs.map((run) => run.name)).size, 4);
    for (const run of runs) assert.match(run.name, /^[a-z]+-[a-z]+-\d+$/);
  });

  it('gives another study of the same name a name of its own', () => {
    const store = temporaryStore();
    store.addStudy(sampleStudy());
    assert.equal(store.addStudy(sampleStudy('baseline: full')).name, 'sample-2');
    assert.equal(store.study(store.findStudy('sample-2')).plan.baseline, 'full');
  });

  it('extends a study by what it lacks and removes nothing', () => {
    const { store, studyId, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    const more = { ...sampleStudy(), seeds: [0, 1, 2] };
    assert.equal(store.extendStudy(studyId, more).length, 2);
    assert.equal(store.extendStudy(studyId, more).length, 0);
    assert.equal(store.run(runId).step, 1);
    assert.deepEqual(store.study(studyId).plan.seeds, [0, 1, 2]);
  });

  it('finds a study by name, number or hash, and suggests the nearest name', () => {
    const store = temporaryStore();
    const { studyId } = store.addStudy(sampleStudy());
    const { hash } = store.study(studyId);
    for (const reference of ['sample', String(studyId), hash, hash.slice(0, 8)])
      assert.equal(store.findStudy(reference), studyId);
    assert.throws(() => store.findStudy('sampel'), /There is no study "sampel". Did you mean "sample"\?/);
    assert.throws(() => store.findRun('nobody'), /There is no run "nobody"/);
  });

  it('trashes, restores and deletes runs; a filled cell cannot be restored', () => {
    const { store, studyId, runId, attempt } = startedRun();
    store.recordEvent(runId, attempt, sampleStep(1));
    assert.throws(() => store.trashRun(runId), /is running. Stop it first/);
    store.setRunState(runId, 'stopped');
    store.trashRun(runId);
    assert.equal(store.listRuns({ studyId }).length, 3);
    assert.deepEqual(
      store.listRuns({ trashed: true }).map((run) => run.id),
      [runId],
    );
    assert.equal(store.responses({ studyId }).total, 0);
    const [again] = store.extendStudy(studyId, sampleStudy());
    assert.throws(() => store.restoreRun(runId), /cannot be restored/);
    store.trashRun(again!);
    store.restoreRun(runId);
    assert.equal(store.responses({ studyId }).total, 8);
    store.deleteStudy(studyId);
    for (const table of ['studies', 'runs', 'metrics', 'responses', 'response_words', 'events', 'run_attempts'])
      assert.deepEqual(store.database.prepare(`SELECT count(*) AS n FROM ${table}`).get(), { n: 0 }, table);
  });

  it('archives, renames, notes and tags', () => {
    const { store, studyId, runId } = startedRun();
    store.archiveStudy(studyId, true);
    assert.equal(store.listStudies().length, 0);
    assert.equal(store.listStudies({ archived: true }).length, 1);
    store.archiveStudy(studyId, false);
    store.renameStudy(studyId, 'better-name');
    store.setStudyNotes(studyId, 'why');
    assert.deepEqual(store.study(studyId).tags, []);
    store.setStudyTags(studyId, ['pilot', 'pilot', 'alpha']);
    assert.deepEqual(store.listStudies()[0]!.tags, ['pilot', 'alpha']);
    assert.throws(() => store.renameStudy(studyId, '../evil'), /cannot name a study/);
    store.renameRun(runId, '<b>bold</b>');
    store.setRunTags(runId, ['a', 'a', 'b']);
    store.pinRun(runId, true);
    const run = store.run(runId);
    assert.deepEqual([run.name, run.tags, run.pinned, run.study], ['<b>bold</b>', ['a', 'b'], true, 'better-name']);
    const other = store.listRuns({ studyId }).find((run) => run.id !== runId)!;
    assert.throws(() => store.renameRun(other.id, '<b>bold</b>'), /already a run/);
  });
});
