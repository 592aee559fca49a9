/**
 * Work in slices is whole or not at all: while an archive comes in or something is deleted others write and see none of it, and whatever a kill leaves in the
 * middle is shown nowhere and gone once the home is opened again.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listTrash } from '../../../src/main/services/runs/trash.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { openStore, type ReadStore, type Store } from '../../../src/main/store/store.ts';
import { settleUnfinished } from '../../../src/main/store/write/slices/remove.ts';
import { METRICS } from '../../../src/shared/run/metrics.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { rowsOf, sampleEvaluation, sampleResponse, sampleStep, temporaryFolder, temporaryStore } from '../helpers.ts';
import { countsOf, killedAtWork, NOTHING, settled } from './killed.ts';

const WORD = 'zeppelin';

/** Adds a study with one long run of many responses, every one of which holds the word, and files of it. */
function addLongStudy(store: Store, steps: number): { studyId: number; runId: number } {
  const study = parseStudy(`name: long\nvariants: [grpo]\nsettings: {training: {totalSteps: ${steps}}}`, 'long.yaml');
  const { studyId } = store.addStudy(study);
  const [run] = store.listRuns({ studyId });
  const { attempt } = store.startRun(run!.id);
  const metrics = Object.fromEntries(Object.keys(METRICS).map((name) => [name, 1]));
  store.database.pragma('synchronous = OFF');
  for (let step = 1; step <= steps; step++) {
    const responses = Array.from({ length: 64 }, (_, i) =>
      sampleResponse(step, i & 7, {
        questionId: `chart/train/${step * 16 + (i >> 2)}`,
        sample: i & 3,
        text: `${WORD} ${'the blue bar is at seven and so on '.repeat(4)} ${i}`,
      }),
    );
    store.recordEvent(run!.id, attempt, sampleStep(step, { metrics, responses }));
  }
  store.recordEvent(run!.id, attempt, sampleEvaluation(steps, 'chart-test', 4));
  store.setRunState(run!.id, 'stopped', null);
  const files = join(store.paths.runs, String(run!.id), 'checkpoints');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'a'), 'a');
  return { studyId, runId: run!.id };
}

/** Names of the lists in which anything of the study is shown. */
async function shownIn(store: ReadStore): Promise<string[]> {
  const views = ['v_metrics', 'v_responses', 'v_evaluations'].map((view) => ({
    [view]: store.database.prepare(`SELECT 1 FROM ${view} WHERE study = 'long' LIMIT 1`).get() !== undefined,
  }));
  const shown = {
    ...Object.assign({}, ...views),
    studies: [false, true].some((trashed) => store.listStudies({ trashed, archived: true }).length > 0),
    runs: [false, true].some((trashed) => store.listRuns({ trashed, branches: true }).length > 0),
    search: store.responses({ text: WORD }).total > 0,
    responses: store.responses({}).total > 0,
    asked: store.whereAsked('chart/train/17').length > 0,
    trash: (await listTrash(store as Store)).length > 0,
  };
  return Object.entries(shown).flatMap(([name, is]) => (is === true ? [name] : []));
}

const source = temporaryStore();
const { studyId: sourceStudy, runId } = addLongStudy(source, 60);
const archive = join(temporaryFolder(), 'long.zip');
await archiveToFile(source, sourceStudy, archive, { program: 'test' });

describe('an archive on its way in', () => {
  test('is shown nowhere until all of it is there; others write and are answered meanwhile', async () => {
    const store = temporaryStore();
    const work = importArchive(store, archive);
    let isDone = false;
    void work.finally(() => (isDone = true));
    const seen = new Set<string>();
    let looks = 0;
    while (!isDone) {
      const rows = countsOf(store.database);
      if (rows.unfinished_work === 1) {
        looks++;
        for (const name of await shownIn(store)) if (!isDone) seen.add(name);
      }
      store.database.prepare('UPDATE metric_names SET name = name WHERE id = 1').run(); // a write of others
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { ids } = await work;
    assert.deepEqual([...seen], []);
    assert.ok(looks >= 5, `${looks} looks at the unfinished study`);
    const id = ids.get('runs')!.get(runId)!;
    assert.deepEqual(rowsOf(store, id), rowsOf(source, runId));
    assert.deepEqual((await shownIn(store)).sort(), [
      'asked',
      'responses',
      'runs',
      'search',
      'studies',
      'v_evaluations',
      'v_metrics',
      'v_responses',
    ]);
    assert.equal(store.run(id).origin?.format, 'archive');
    assert.equal(countsOf(store.database).unfinished_work, 0);
  });

  test('and killed in the middle is shown nowhere, is gone after the next start, and comes in whole then', async () => {
    const home = temporaryFolder();
    openStore(home).close();
    const left = await killedAtWork(
      home,
      ['import', home, archive],
      (rows) => rows.unfinished_work === 1 && rows.responses! > 200,
    );
    assert.ok(left.responses! > 0 && left.unfinished_work === 1, JSON.stringify(left));
    const reader = openStore(home, { readonly: true });
    assert.deepEqual(await shownIn(reader), []);
    reader.close();
    assert.deepEqual(await settled(home), NOTHING);
    assert.deepEqual(existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : [], []);
    const store = openStore(home);
    const { ids } = await importArchive(store, archive);
    assert.deepEqual(rowsOf(store, ids.get('runs')!.get(runId)!), rowsOf(source, runId));
    store.close();
  });

  test('for which the disk has no room is shown nowhere, and goes once there is room', async () => {
    const store = temporaryStore();
    const pages = store.database.pragma('page_count', { simple: true }) as number;
    store.database.pragma(`max_page_count = ${pages + 200}`);
    await assert.rejects(importArchive(store, archive), /^SophiaError: The disk of .* is full/);
    assert.deepEqual(await shownIn(store), []); // to take it out takes room too
    store.database.pragma('max_page_count = 1000000');
    await settleUnfinished(store);
    assert.deepEqual(countsOf(store.database), NOTHING);
  });
});

describe('a trash that is being emptied', () => {
  test('when the process is killed leaves nothing that could be restored in part, and goes to its end with the next start', async () => {
    const home = temporaryFolder();
    const store = openStore(home);
    const { studyId } = addLongStudy(store, 60);
    store.trashStudy(studyId);
    store.close();
    const all = 60 * 64;
    const left = await killedAtWork(home, ['trash', home], (rows) => rows.responses! < all);
    assert.ok(left.responses! > 0 && left.responses! < all && left.studies === 1, JSON.stringify(left));
    const reader = openStore(home, { readonly: true });
    assert.deepEqual(await shownIn(reader), []);
    reader.close();
    assert.deepEqual(await settled(home), NOTHING);
    assert.deepEqual(readdirSync(join(home, 'runs')), []);
  });

  test('marks nothing for good where a folder cannot be set aside: it is in the trash as before', async () => {
    const store = temporaryStore();
    const { studyId, runId } = addLongStudy(store, 2);
    store.trashStudy(studyId);
    const aside = join(store.paths.runs, `.deleted-${runId}-${store.run(runId).createdAt}`);
    mkdirSync(join(aside, 'in the way'), { recursive: true });
    const { emptyTrash } = await import('../../../src/main/services/runs/trash.ts');
    const engine = { status: () => ({ running: [], waiting: [] }) as never, spaceFreed: () => {} };
    await assert.rejects(emptyTrash({ store, engine }), /so nothing was/);
    assert.deepEqual(
      (await listTrash(store)).map(({ id }) => id),
      [studyId],
    );
    assert.equal(store.responses({ runIds: [runId] }).total, 128);
  });

  test('the mark goes with the row: its number is given to the next study', async () => {
    const store = temporaryStore();
    const { studyId } = addLongStudy(store, 1);
    store.beginWork('deletion', [{ kind: 'study', id: studyId }]);
    store.deleteStudy(studyId);
    assert.deepEqual(store.unfinishedWork(), []);
    store.beginWork('deletion', [{ kind: 'study', id: 77 }]); // there is none
    assert.deepEqual(store.unfinishedWork(), []);
  });
});
