/** Following many jobs, and long files: one request for all of them, each byte read once. */
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobBoard } from '../../../src/main/trainers/ray/follow/job-board.ts';
import { isSeenHere, StorageTail } from '../../../src/main/trainers/ray/follow/storage-tail.ts';
import { JobsApi } from '../../../src/main/trainers/ray/jobs-api.ts';
import { eventLine } from '../../../src/shared/run/event-lines.ts';
import { temporaryFolder } from '../../store/helpers.ts';
import { FakeJobsApi } from './fake-jobs-api.ts';

test('a few jobs are asked for one by one, many by one request each poll; a younger one by itself', async (t) => {
  const fake = await FakeJobsApi.start();
  t.after(() => fake.end()); // also where this fails: its server would keep the process
  const access = {
    name: 'lab',
    address: fake.address,
    tokenVariable: '',
    storage: '/s',
    gpus: 0,
    cpus: 0,
    memoryGiB: 0,
  };
  const api = new JobsApi(() => ({ cluster: { ...access, packages: 'cluster' }, token: null }));
  const board = new JobBoard(200);
  const submit = (id: string) =>
    api.submit({ submission_id: id, entrypoint: 'x', runtime_env: { working_dir: 'gcs://none.zip' } });
  const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`);
  for (const id of ids) await submit(id);
  const asked = () => fake.requests.filter(({ method }) => method === 'GET').splice(0).length;
  const leave = board.join();
  fake.requests.length = 0;
  assert.equal((await board.job(api, 'job-3'))!.status, 'FAILED');
  assert.equal(asked(), 1);
  for (const _ of ids) board.join();
  fake.requests.length = 0;
  const found = await Promise.all(ids.map((id) => board.job(api, id)));
  assert.deepEqual([found.filter((job) => job?.status === 'FAILED').length, asked()], [20, 1]);
  await submit('young');
  fake.requests.length = 0;
  assert.equal((await board.job(api, 'young'))!.status, 'FAILED');
  assert.equal(await board.job(api, 'none'), null);
  await sleep(300);
  fake.requests.length = 0;
  assert.ok(await board.job(api, 'job-3')); // as it was, while the next list is on its way
  await sleep(100);
  assert.equal(asked(), 1);
  assert.ok(await board.job(api, 'young'));
  assert.equal(asked(), 1); // that list has it
  fake.faults.away = true;
  await sleep(300);
  await board.job(api, 'job-3');
  await sleep(100);
  await assert.rejects(board.job(api, 'job-3'), /does not answer/);
  fake.faults.away = false;
  assert.ok(await board.job(api, 'job-3'));
  leave();
});

test('a file that grows is read from where the last reading ended; half a line waits for its end', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'events.jsonl');
  const tail = new StorageTail(folder);
  assert.equal(isSeenHere(folder), false);
  assert.deepEqual(tail.next(0), { events: [], more: false });
  writeFileSync(join(folder, 'attempt.json'), '{}');
  assert.equal(isSeenHere(folder), true);
  const line = (sequence: number, message = 'so') =>
    `${eventLine({ sequence, at: 1, event: { kind: 'alert', step: 0, level: 'info', name: 'x', message } })}\n`;
  const numbers = (after: number) => tail.next(after).events.map(({ sequence }) => sequence);
  writeFileSync(file, line(1) + line(2) + line(3).slice(0, 30));
  assert.deepEqual(numbers(1), [2]);
  assert.deepEqual(numbers(2), []);
  appendFileSync(file, line(3).slice(30) + line(4));
  assert.deepEqual(numbers(2), [3, 4]);
  appendFileSync(file, line(5, 'ü'.repeat(3 << 20)) + line(6)); // longer than a reading
  const first = tail.next(4);
  assert.deepEqual([first.events.length, first.more], [0, true]);
  assert.deepEqual(numbers(4), [5, 6]);
  assert.equal(tail.code(), null);
  writeFileSync(join(folder, 'end.json'), '{"code": 9}');
  assert.equal(tail.code(), 9);
  appendFileSync(file, 'no event\n{"sequence":7,"at":1,"event":{}}\n');
  assert.throws(() => tail.next(6), /event 7 is no run event/);
});
