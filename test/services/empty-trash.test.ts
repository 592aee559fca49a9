/** Emptying the trash goes in slices: others are answered meanwhile, nothing of it is taken back, and the room it gives back counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyTrash, restoreRun, restoreStudy } from '../../src/main/services/runs/trash.ts';
import { homeUsage } from '../../src/main/store/open/disk-usage.ts';
import { METRICS } from '../../src/shared/run/metrics.ts';
import { sampleResponse, sampleStep, startedRun } from '../store/helpers.ts';

test('a large trash is emptied in slices, and what is being deleted cannot be restored', async () => {
  const { store, studyId, runId, attempt } = startedRun();
  for (let step = 1; step <= 20; step++) {
    const responses = Array.from({ length: 128 }, (_, i) =>
      sampleResponse(step, i & 7, {
        questionId: `chart/train/${step * 100 + (i >> 2)}`,
        sample: i & 3,
        text: 'word '.repeat(40),
      }),
    );
    store.recordEvent(runId, attempt, sampleStep(step, { responses }));
  }
  store.setRunState(runId, 'stopped', null);
  store.trashStudy(studyId);
  const before = await homeUsage(store);
  let freed = 0;
  const engine = { status: () => ({ running: [], waiting: [] }) as never, spaceFreed: () => void freed++ };
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  const emptied = emptyTrash({ store, engine });
  let refused = false;
  while (!refused) {
    await new Promise((resolve) => setImmediate(resolve));
    if ((store.database.prepare('SELECT count(*) FROM responses').pluck().get() as number) === 2560) continue;
    assert.throws(() => restoreStudy(store, studyId), /This study is being deleted/);
    assert.throws(() => restoreRun(store, runId), /This study is being deleted/);
    refused = true;
  }
  setImmediate(count);
  const { items } = await emptied;
  isDone = true;
  assert.deepEqual([items, freed], [1, 1]);
  assert.ok(turns >= 10, `${turns} turns in between`);
  for (const table of ['studies', 'runs', 'responses', 'response_words', 'metrics'])
    assert.equal(store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table);
  store.database.pragma('wal_checkpoint(TRUNCATE)');
  const after = await homeUsage(store);
  assert.ok(after.database < before.database / 2, `${after.database} of ${before.database} bytes`);
});

test('metrics, evaluations and events go in slices too, and nothing of another run goes along', () => {
  const { store, runId, attempt } = startedRun();
  const metrics = Object.fromEntries(Object.keys(METRICS).map((name) => [name, 1]));
  for (let step = 1; step <= 60; step++)
    store.recordEvent(runId, attempt, sampleStep(step, { metrics, responses: [] }));
  const [other] = store.listRuns().filter(({ id }) => id !== runId);
  const second = store.startRun(other!.id).attempt;
  store.recordEvent(other!.id, second, sampleStep(1));
  store.setRunState(runId, 'stopped', null);
  const count = (table: string, id: number) =>
    store.database.prepare(`SELECT count(*) FROM ${table} WHERE run_id = ?`).pluck().get(id) as number;
  const tables = ['metrics', 'events', 'responses'];
  const kept = tables.map((table) => count(table, other!.id));
  const sizes: number[] = [];
  for (let n = store.deleteSlice(runId, 10); n > 0; n = store.deleteSlice(runId, 10)) sizes.push(n);
  assert.ok(sizes.length > 20, `${sizes.length} slices`);
  assert.ok(Math.max(...sizes) <= 100);
  assert.deepEqual(
    tables.map((table) => count(table, runId)),
    [0, 0, 0],
  );
  assert.deepEqual(
    tables.map((table) => count(table, other!.id)),
    kept,
  );
});
