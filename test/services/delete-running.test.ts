/** Deleting, renaming and moving to the trash what is training: refused in one line, or stopped first; nothing is left over. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../setup/is-alive.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine({ graceMs: 20_000 });
});
after(() => engine.end());

const slow = (name: string, script = 'fake:ms=20') =>
  studyYaml({ name, script, steps: 5000, seeds: '[0]', variants: '[grpo]' });

/** A study of one run that has taken a few steps. */
async function training(name: string, script?: string) {
  const { studyId } = await engine.client.studies.start.mutate({ yaml: slow(name, script) });
  const { store } = engine.engine;
  const id = store.listRuns({ studyId })[0]!.id;
  while (store.run(id).step < 5) await sleep(20);
  const { pid } = store.run(id);
  assert.ok(isAlive(pid!));
  return { studyId, id, pid: pid!, folder: join(store.paths.runs, String(id)) };
}

/** Rows of any table that name a run or study which is not there. */
const orphans = () => engine.engine.store.database.pragma('foreign_key_check') as unknown[];
const rowsOf = (id: number) =>
  ['metrics', 'responses', 'events', 'checkpoints', 'run_attempts'].map((table) =>
    engine.engine.store.database.prepare(`SELECT count(*) FROM ${table} WHERE run_id = ?`).pluck().get(id),
  );

test('a run that is training is not deleted, and goes on; renamed it goes on too; stopped it can be deleted whole', async () => {
  const { id, pid, folder } = await training('one');
  const { step } = engine.engine.store.run(id);
  await assert.rejects(
    engine.client.runs.delete.mutate({ id }),
    /^TRPCClientError: Run .* is running\. Stop it first\.$/,
  );
  await assert.rejects(engine.client.runs.trash.mutate({ id }), /is running\. Stop it first/);
  await engine.client.runs.rename.mutate({ id, name: 'renamed' });
  while (engine.engine.store.run(id).step < step + 5) await sleep(20);
  await engine.client.runs.stop.mutate({ id });
  await engine.engine.queue.whenIdle();
  assert.ok(existsSync(folder));
  await engine.client.runs.delete.mutate({ id });
  assert.ok(!existsSync(folder) && !isAlive(pid));
  assert.deepEqual([...rowsOf(id), ...orphans()], [0, 0, 0, 0, 0]);
});

test('a study that is training is not deleted; in the trash it is stopped, and leaves nothing once it is deleted', async () => {
  const { studyId, id, pid, folder } = await training('two', 'fake:ms=20,deaf');
  await assert.rejects(engine.client.studies.delete.mutate({ id: studyId }), /is running\. Stop it first/);
  await engine.client.studies.trash.mutate({ id: studyId });
  // It is deaf: the process is still there, at work on files that must not go from under it.
  await assert.rejects(engine.client.studies.delete.mutate({ id: studyId }), /is running\. Stop it first/);
  await assert.rejects(engine.client.trash.empty.mutate(), /is running\. Stop it first/);
  assert.ok(isAlive(pid) && existsSync(folder));
  process.kill(pid, 'SIGKILL');
  await engine.engine.queue.whenIdle();
  await assert.rejects(engine.client.runs.resume.mutate({ id }), /is in the trash\. Restore it first/);
  await assert.rejects(engine.client.studies.resume.mutate({ id: studyId }), /is in the trash\. Restore it first/);
  assert.equal((await engine.client.trash.empty.mutate()).items, 1);
  assert.ok(!existsSync(folder));
  assert.deepEqual([...rowsOf(id), ...orphans()], [0, 0, 0, 0, 0]);
});

test('a run that waits for its place is not deleted either, and the queue goes on after it was', async () => {
  const { studyId } = await engine.client.studies.start.mutate({
    yaml: studyYaml({ name: 'three', script: 'fake:ms=20', steps: 5000, seeds: '[0, 1, 2]', variants: '[grpo]' }),
  });
  const { queue } = engine.engine;
  const [waiting] = queue.waiting;
  assert.ok(waiting !== undefined);
  await assert.rejects(engine.client.runs.delete.mutate({ id: waiting }), /is waiting to run\. Stop it first/);
  await engine.client.runs.stop.mutate({ id: waiting });
  await engine.client.runs.delete.mutate({ id: waiting });
  await engine.client.studies.stop.mutate({ id: studyId });
  await queue.whenIdle();
  await engine.client.studies.delete.mutate({ id: studyId });
  assert.deepEqual(orphans(), []);
  assert.equal((await engine.client.studies.list.query()).studies.length, 1, 'the first one, without its run');
});

test('a model and a data set that a run at work names stay until it is stopped', async () => {
  const { client, engine: inside, home } = engine;
  await client.models.import.mutate({ folder: join(import.meta.dirname, '../../models/tiny-vl-trm'), name: 'mine' });
  const file = join(home, 'mine.jsonl');
  writeFileSync(file, `${JSON.stringify({ question: 'How many?', answer: '3', image: 'none.png' })}\n`);
  writeFileSync(join(home, 'none.png'), readFileSync(join(import.meta.dirname, '../fixtures/images/plain.png')));
  await client.data.import.mutate({ file, name: 'mine' });
  const named = slow('needs').replace('model: {', 'data: { source: mine }\n  model: { trm: mine,');
  const { studyId } = await client.studies.start.mutate({ yaml: named });
  for (const library of [client.models, client.data])
    await assert.rejects(library.remove.mutate({ name: 'mine' }), /"mine" is needed by run .*\. Stop it first\.$/);
  await client.studies.stop.mutate({ id: studyId });
  await inside.queue.whenIdle();
  for (const [library, folder] of [
    [client.models, 'models'],
    [client.data, 'datasets'],
  ] as const) {
    await library.remove.mutate({ name: 'mine' });
    assert.deepEqual(readdirSync(join(home, folder)), [], 'no name is left, not even a temporary one');
  }
  await assert.rejects(client.models.remove.mutate({ name: 'mine' }), /There is no imported model "mine"/);
  await client.studies.delete.mutate({ id: studyId });
});

test('emptying the trash tells what it freed, looks for room once however much that was, and leaves what was taken back meanwhile', async (t) => {
  const { client, engine: inside } = engine;
  const names = ['four', 'five', 'six'];
  for (const name of names)
    await client.studies.start.mutate({ yaml: studyYaml({ name, seeds: '[0]', variants: '[grpo]' }) });
  await inside.queue.whenIdle();
  const { store } = inside;
  const [back, ...gone] = names.map((name) => store.listStudies().find((study) => study.name === name)!.id);
  const folderOf = (studyId: number) => join(store.paths.runs, String(store.listRuns({ studyId })[0]!.id));
  const folders = [back!, ...gone].map(folderOf);
  for (const folder of folders) {
    mkdirSync(join(folder, 'notes'), { recursive: true });
    writeFileSync(join(folder, 'notes/file'), Buffer.alloc(1000));
  }
  for (const id of [back!, ...gone]) await client.studies.trash.mutate({ id });
  const listed = new Map((await client.trash.list.query()).map((item) => [item.id, item.bytes]));
  assert.ok([...listed.values()].every((bytes) => bytes >= 1000));
  const freed = t.mock.method(inside, 'spaceFreed');
  const list = store.listStudies;
  let asked = 0;
  t.mock.method(store, 'listStudies', (which: Parameters<typeof list>[0]) => {
    if (++asked === 2) store.restoreStudy(back!); // once it was measured, before it is deleted
    return list(which);
  });
  const bytes = gone.reduce((sum, id) => sum + listed.get(id)!, 0);
  assert.deepEqual(await client.trash.empty.mutate(), { items: 2, bytes });
  assert.equal(freed.mock.callCount(), 1);
  assert.deepEqual(folders.map(existsSync), [true, false, false]);
});
