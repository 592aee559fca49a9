/** Following by logs: what is read of a long one is what is new, and never less than what is missing. */
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { LogReader } from '../../../../src/main/trainers/ray/follow/log-reader.ts';
import { eventsOfLog } from '../../../../src/main/trainers/ray/follow/read-log.ts';
import { JobsApi, type RayJob } from '../../../../src/main/trainers/ray/jobs-api.ts';
import { eventLine } from '../../../../src/shared/run/event-lines.ts';
import { FakeJobsApi } from '../fake-jobs-api.ts';

let fake: FakeJobsApi;
let api: JobsApi;
let job: RayJob;
let log: string;
beforeEach(async () => {
  fake = await FakeJobsApi.start();
  const cluster = {
    ...{ name: 'lab', address: fake.address, tokenVariable: '', storage: '/s' },
    ...{ gpus: 0, cpus: 0, memoryGiB: 0, packages: 'cluster' as const },
  };
  api = new JobsApi(() => ({ cluster, token: null }));
  await api.submit({ submission_id: 'long', entrypoint: 'x', runtime_env: { working_dir: 'gcs://none.zip' } });
  job = (await api.job('long'))!;
  log = fake.jobs.get('long')!.log;
});
afterEach(() => fake.end());

const CHATTER = `${'{"loss": 0.1}'.padEnd(80)}\n`;
/** Lines of events from one number to another, as a step writes them: 5 KB, and three lines of other text. */
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => {
    const event = { kind: 'alert', step: 0, level: 'info', name: 'x', message: 'r'.repeat(5000) } as const;
    return `@sophia ${eventLine({ sequence: from + i, at: 1, event })}\n${CHATTER.repeat(3)}`;
  }).join('');
const numbers = (text: string, after: number) => [...eventsOfLog(text, after)].map(({ sequence }) => sequence);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a log of thousands of steps is read from its end: each poll reads a few times what is new', async () => {
  writeFileSync(log, `Running entrypoint\n${lines(1, 2000)}`);
  const reader = new LogReader(api);
  let after = 2000;
  assert.deepEqual(numbers(await reader.news('long', job, after), after), []);
  fake.logBytes = 0;
  const whole = 2000 * 5400;
  for (let poll = 0; poll < 20; poll++) {
    const news = poll % 4 === 3 ? 0 : 5;
    appendFileSync(log, news === 0 ? '' : lines(after + 1, after + news));
    assert.deepEqual(numbers(await reader.news('long', job, after), after), range(after + 1, after + news));
    after += news;
  }
  assert.ok(fake.logBytes < 20 * 20 * 5400, `${fake.logBytes} bytes in 20 polls, of a log of ${whole}`);
  assert.ok(fake.requests.every(({ path }) => path !== '/api/jobs/long/logs'));
});

test('what came while nobody looked is reached back for, and a lab that begins anew reads all of it', async () => {
  writeFileSync(log, lines(1, 100));
  const reader = new LogReader(api);
  assert.deepEqual(numbers(await reader.news('long', job, 0), 0), range(1, 100));
  appendFileSync(log, lines(101, 900));
  assert.deepEqual(numbers(await reader.news('long', job, 100), 100), range(101, 900));
  appendFileSync(log, lines(901, 4000)); // beyond what is asked for as an end
  assert.deepEqual(numbers(await new LogReader(api).news('long', job, 0), 0), range(1, 4000));
  assert.ok(fake.requests.some(({ path }) => path === '/api/jobs/long/logs'));
});

test('half a line is no event, a log without events is read, a hole shows', async () => {
  const reader = new LogReader(api);
  writeFileSync(log, 'Running entrypoint\n'.repeat(500));
  assert.deepEqual(numbers(await reader.news('long', job, 0), 0), []);
  const [first, second] = [lines(1, 2), lines(3, 3)];
  writeFileSync(log, first + second.slice(0, 100));
  assert.deepEqual(numbers(await reader.news('long', job, 0), 0), [1, 2]);
  writeFileSync(log, first + second);
  assert.deepEqual(numbers(await reader.news('long', job, 2), 2), [3]);
  writeFileSync(log, first + lines(5, 5));
  assert.deepEqual(numbers(await reader.news('long', job, 2), 2), []);
});

test('a Ray that gives logs whole only is read so, and after a few times not asked for more', async () => {
  fake.faults.noLogEnds = true;
  writeFileSync(log, lines(1, 50));
  const reader = new LogReader(api);
  for (let poll = 0; poll < 5; poll++) assert.deepEqual(numbers(await reader.news('long', job, 10), 10), range(11, 50));
  assert.equal(fake.requests.filter(({ path }) => path.startsWith('/api/v0/logs')).length, 3);
  assert.match(await reader.lastWords('long', job), /r{5000}/);
});
