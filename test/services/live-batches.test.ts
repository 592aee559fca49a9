import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LiveBatch } from '../../src/main/services/live-batches.ts';
import { studyYaml, type TestEngine, testEngine } from '../setup/with-engine.ts';

let engine: TestEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.end());

/** Collects live batches until `enough`. */
function listen(cursor: number, enough: (batches: LiveBatch[]) => boolean): Promise<LiveBatch[]> {
  const batches: LiveBatch[] = [];
  return new Promise((resolve, reject) => {
    const stream = engine.client.live.subscribe(
      { cursor, metrics: ['rewards/outcome/mean'] },
      {
        onData: ({ data }) => {
          batches.push(data);
          if (!enough(batches)) return;
          stream.unsubscribe();
          resolve(batches);
        },
        onError: reject,
      },
    );
  });
}

const finishedRuns = (batches: LiveBatch[]) =>
  new Set(
    batches.flatMap((batch) => batch.events.filter((event) => event.kind === 'finished').map((event) => event.runId)),
  );

test('a study started over the API streams every step once, with its points and its runs', async () => {
  const { cursor } = await engine.client.studies.list.query();
  const heard = listen(cursor, (batches) => finishedRuns(batches).size === 4);
  const { studyId, created } = await engine.client.studies.start.mutate({ yaml: studyYaml() });
  assert.equal(created, true);
  const batches = await heard;
  const seqs = batches.flatMap((batch) => batch.events.map((event) => event.seq));
  assert.deepEqual(
    seqs,
    [...new Set(seqs)].sort((a, b) => a - b),
    'in order and once',
  );
  const points = batches.flatMap((batch) => batch.points);
  assert.equal(points.length, 4 * 8);
  const { cells } = await engine.client.studies.get.query({ id: studyId });
  const [series] = await engine.client.runs.series.query({ runIds: [cells[0]!.id], metric: 'rewards/outcome/mean' });
  assert.deepEqual(
    points.filter((point) => point.runId === cells[0]!.id).map((point) => point.value),
    series!.values,
    'live points are the stored ones',
  );
  assert.ok(batches.flatMap((batch) => batch.runs).every((run) => !('settings' in run)));
});

test('a listener that comes back continues at its cursor', async () => {
  const all = await listen(0, (batches) => finishedRuns(batches).size === 4);
  const events = all.flatMap((one) => one.events);
  const middle = events[Math.floor(events.length / 2)]!.seq;
  const rest = await listen(middle, (batches) => batches.at(-1)!.cursor === events.at(-1)!.seq);
  assert.deepEqual(
    rest.flatMap((one) => one.events.map((event) => event.seq)),
    events.map((event) => event.seq).filter((seq) => seq > middle),
  );
});

test('starting the same study again adds nothing', async () => {
  const again = await engine.client.studies.start.mutate({ yaml: studyYaml() });
  assert.equal(again.created, false);
  assert.equal((await engine.client.studies.list.query()).studies.length, 1);
});

test('a bad study is told by field and nothing is added', async () => {
  await assert.rejects(
    engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'x', variants: '[grpo, ful]' }) }),
    /Did you mean "full"/,
  );
  await assert.rejects(
    engine.client.studies.check.query({ yaml: 'settings: { reward: { alfa: 1 } }\nname: x', where: 'x.yaml' }),
    /alpha/,
  );
  assert.equal((await engine.client.studies.list.query()).studies.length, 1);
});

test('stop, resume, trash, restore and delete over the API', async () => {
  const { studyId } = await engine.client.studies.start.mutate({
    yaml: studyYaml({ name: 'slow', script: 'fake:ms=20', steps: 500 }),
  });
  await listen(0, (batches) =>
    batches.some((batch) => batch.runs.some((run) => run.studyId === studyId && run.step > 3)),
  );
  await engine.client.studies.stop.mutate({ id: studyId });
  await engine.engine.queue.whenIdle();
  const stopped = (await engine.client.studies.get.query({ id: studyId })).cells;
  assert.deepEqual(new Set(stopped.map((run) => run.state)), new Set(['stopped']));
  await engine.client.runs.resume.mutate({ id: stopped[0]!.id });
  assert.equal((await engine.client.engine.status.query()).running.length, 1);
  await assert.rejects(engine.client.runs.trash.mutate({ id: stopped[0]!.id }), /running/);
  await engine.client.runs.stop.mutate({ id: stopped[0]!.id });
  await engine.engine.queue.whenIdle();
  await engine.client.studies.trash.mutate({ id: studyId });
  assert.equal((await engine.client.studies.list.query()).studies.length, 1);
  await engine.client.studies.restore.mutate({ id: studyId });
  await engine.client.studies.delete.mutate({ id: studyId });
  assert.equal((await engine.client.studies.list.query()).studies.length, 1);
  assert.equal((await engine.client.studies.list.query({ trashed: true })).studies.length, 0);
});

test('responses are found by words and filters', async () => {
  const [study] = (await engine.client.studies.list.query()).studies;
  const page = await engine.client.responses.page.query({
    filter: { studyId: study!.id, exact: false, text: 'think' },
    limit: 10,
  });
  assert.ok(page.rows.length > 0);
  assert.ok(page.rows.every((row) => row.outcomeReward === 0 && row.text.includes('<think>')));
});
