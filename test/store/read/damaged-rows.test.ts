/** One damaged value in the database costs what it says, and is named; the lists of the home go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import type { Store } from '../../../src/main/store/store.ts';
import { environment, sampleQuestion, sampleStep, sampleStudy, startedRun, temporaryFolder } from '../helpers.ts';

/** A home with two studies; the first run of the first has everything that a column can hold. */
function home(): { store: Store; runId: number; studyId: number } {
  const made = startedRun();
  const { store, runId, attempt } = made;
  store.recordEvent(runId, attempt, { kind: 'started', step: 0, environment });
  store.recordEvent(runId, attempt, { kind: 'questions', step: 0, questions: [sampleQuestion('chart/train/2')] });
  store.recordEvent(runId, attempt, { kind: 'phase', step: 0, phase: 'training', done: 0, total: 20 });
  store.recordEvent(runId, attempt, sampleStep(1));
  store.addStudy({ ...sampleStudy(), name: 'another', seeds: [7] });
  return made;
}

const lists = (store: Store) => [
  store.listStudies().length,
  store.listRuns().length,
  store.newRowsSince(0).events.length,
  store.olderCheckpoints().length,
];

const VALUES = ['not json', '', 'null', '7', '"text"', '[1, 2]', '{"a": {}}'];

test('lists name a study or run whose tags cannot be read, and show the others as ever', () => {
  for (const value of VALUES) {
    const { store, runId, studyId } = home();
    const sound = lists(store);
    store.database.prepare('UPDATE runs SET tags = ? WHERE id = ?').run(value, runId);
    store.database.prepare('UPDATE studies SET tags = ? WHERE id = ?').run(value, studyId);
    assert.deepEqual(lists(store), sound);
    const [study, other] = [store.study(studyId), store.listStudies()[0]!];
    assert.deepEqual([study.tags, study.damage], [[], 'Damaged: tags cannot be read.']);
    assert.equal(other.damage, null);
    const { cells } = store.studyMatrix(studyId);
    assert.deepEqual(
      cells.map((cell) => cell.damage !== null),
      cells.map((cell) => cell.id === runId),
    );
    assert.equal(store.run(runId).damage, 'Damaged: tags cannot be read.');
    store.setRunTags(runId, ['mended']);
    assert.deepEqual([store.run(runId).tags, store.run(runId).damage], [['mended'], null]);
  }
});

test('what an attempt ran on, and where a run came from, are left out and named', () => {
  const { store, runId } = home();
  store.markImported([runId], { format: 'archive', source: 's', hash: 'h' });
  store.database.prepare("UPDATE run_attempts SET environment = 'x'").run();
  store.database.prepare("UPDATE events SET data = 'x' WHERE kind = 'imported'").run();
  const run = store.run(runId);
  assert.equal(run.attempts[0]!.environment, null);
  assert.equal(run.origin, null);
  assert.equal(run.damage, 'Damaged: origin cannot be read. Damaged: environment cannot be read.');
  assert.equal(store.listRuns().length, 6);
});

test("an event whose data cannot be read says so, and the run's next events are written", () => {
  const { store, runId } = home();
  store.database.prepare("UPDATE events SET data = 'x'").run();
  for (const event of [...store.events(runId), ...store.newRowsSince(0).events])
    assert.deepEqual([event.data, event.damage], [null, 'Damaged: data cannot be read.']);
  const { attempt } = store.run(runId);
  store.recordEvent(runId, attempt, { kind: 'phase', step: 0, phase: 'training', done: 3, total: 20 });
  assert.equal(store.events(runId, { kinds: ['phase'] }).length, 2);
});

test('a plan or settings that cannot be read are one clear line naming their row, where they are needed', () => {
  for (const value of ['not json', '7', 'null']) {
    const { store, runId, studyId } = home();
    const { name } = store.run(runId);
    const sound = lists(store);
    store.database.prepare('UPDATE studies SET plan = ? WHERE id = ?').run(value, studyId);
    store.database.prepare('UPDATE runs SET settings = ? WHERE id = ?').run(value, runId);
    assert.deepEqual(lists(store), sound);
    const line = { name: 'SophiaError', code: 'data' };
    assert.throws(() => store.study(studyId), {
      ...line,
      message: /^Study sample is damaged in the database: its plan/,
    });
    assert.throws(() => store.studyMatrix(studyId), line);
    assert.throws(() => store.run(runId), { ...line, message: new RegExp(`^Run ${name} is damaged in the database`) });
    store.setRunState(runId, 'stopped');
    store.trashStudy(studyId);
    store.deleteStudy(studyId); // it can still be deleted
    assert.equal(store.listStudies().length, 1);
  }
});

test('a question whose scene cannot be read comes without it', () => {
  const { store } = home();
  store.database.prepare("UPDATE questions SET scene = '{', image = '{' WHERE question = 'chart/train/2'").run();
  const { scene, image, text } = store.question('chart/train/2')!;
  assert.deepEqual([scene, image], [null, null]);
  assert.match(text, /How many/);
});

test('metrics of a run with damaged values are exported', () => {
  const { store, runId } = home();
  store.database.prepare("UPDATE runs SET tags = 'x'").run();
  assert.match(exportRun(store, runId, 'tensorboard', temporaryFolder()), /tfevents/);
});
