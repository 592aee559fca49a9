/** The client of Ray's Jobs API against the fake: what it sends, and the one line that each refusal becomes. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import { JobsApi } from '../../../../src/main/trainers/ray/jobs-api.ts';
import { Away } from '../../../../src/main/trainers/ray/refusals.ts';
import { runSmallJob } from '../../../../src/main/trainers/ray/small-job.ts';
import type { Cluster } from '../../../../src/shared/settings/cluster.ts';
import { FakeJobsApi } from '../fake-jobs-api.ts';

let fake: FakeJobsApi;
beforeEach(async () => {
  fake = await FakeJobsApi.start();
});
afterEach(() => fake.end());

const cluster = (more: Partial<Cluster> = {}): Cluster => ({
  name: 'lab',
  address: fake.address,
  tokenVariable: 'LAB_TOKEN',
  storage: fake.storage,
  gpus: 0,
  cpus: 0,
  memoryGiB: 0,
  packages: 'cluster',
  ...more,
});
const api = (token: string | null = null, more: Partial<Cluster> = {}) =>
  new JobsApi(() => ({ cluster: cluster(more), token }));
const job = { submission_id: 'one', entrypoint: 'echo hello', runtime_env: { working_dir: 'gcs://_ray_pkg_1.zip' } };
/** An empty zip. */
const EMPTY = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

test('nothing that it sends looks like a browser', async () => {
  await api('secret').upload('_ray_pkg_1.zip', () => EMPTY);
  assert.equal(await api('secret').version(), '2.60.0');
  for (const { headers } of fake.requests) {
    assert.ok(
      !Object.keys(headers).some((name) => /^sec-|^origin$|^referer$|^user-agent$/.test(name)),
      JSON.stringify(headers),
    );
    assert.equal(headers.authorization, 'Bearer secret');
  }
});

test('a package is uploaded once, and a submission that is repeated is the same job', async () => {
  let reads = 0;
  const read = () => {
    reads++;
    return EMPTY;
  };
  await api().upload('_ray_pkg_1.zip', read);
  assert.equal(await api().upload('_ray_pkg_1.zip', read), 'gcs://_ray_pkg_1.zip');
  assert.equal(reads, 1);
  await api().submit(job);
  await api().submit(job);
  assert.equal(fake.jobs.size, 1);
  assert.equal(await api().job('another'), null);
});

test('a submission that fails as the head comes back is tried again; one that is wrong is not', async () => {
  await api().upload('_ray_pkg_1.zip', () => EMPTY);
  fake.faults.noAgent = true;
  await assert.rejects(
    api().submit(job),
    (error: Error) => error instanceof Away && /took no job: RuntimeError: no agent\.$/.test(error.message),
  );
  fake.faults.noAgent = false;
  await assert.rejects(
    api().submit({ ...job, entrypoint: '' }),
    (error: Error) => !(error instanceof Away) && /took no job: TypeError: /.test(error.message),
  );
});

test('a small job is forgotten once Ray has seen it end, and leaves no failed one behind', async () => {
  const file = join(fake.folder, '_ray_pkg_2.zip');
  writeFileSync(file, zipSync({ 'job.py': strToU8('print("@answer {}")') }));
  const one = { id: 'sophia-x', package: { name: '_ray_pkg_2.zip', file }, args: ['probe'], pollMs: 20, keptMs: 2000 };
  await runSmallJob(api(), one);
  await sleep(1500);
  assert.deepEqual(
    [...fake.jobs.values()].map(({ status }) => status),
    ['SUCCEEDED'],
  );
  while (fake.jobs.size > 0) await sleep(50);
  await sleep(1500);
  assert.equal(fake.jobs.size, 0);
});

test('each way of being refused is one line with its fix', async () => {
  fake.token = 'right';
  await assert.rejects(api().version(), /Cluster lab wants a token \(401\)\. Set LAB_TOKEN to it/);
  await assert.rejects(
    api('wrong').version(),
    /Cluster lab refuses the token \(403\)\. Give the right one in LAB_TOKEN\./,
  );
  await assert.rejects(
    api(null, { tokenVariable: '' }).version(),
    /401\)\. Name the variable of its token: `sophia cluster add --token-env/,
  );
  fake.token = null;
  for (const [answers, line] of [
    [{ status: 405, text: 'Browser requests not allowed' }, /refuses the request as a browser's \(405\)/],
    [
      { status: 200, text: '<html>Log in</html>' },
      /answers with a web page, as a log-in would, not as Ray's Jobs API\. Give the address/,
    ],
    [{ status: 200, text: '{"name": "another"}' }, /answers with something else, not as Ray's/],
    [{ status: 404, text: '' }, /answers with nothing \(404\), not as Ray's/],
    [{ status: 413, text: '' }, /takes no package of this size/],
  ] as const) {
    fake.faults.answers = answers;
    await assert.rejects(api().version(), (error: Error) => line.test(error.message) && !(error instanceof Away));
  }
});

test('a cluster that is away or overburdened is told from one that refuses', async () => {
  fake.faults.answers = { status: 503, text: 'busy' };
  await assert.rejects(api().version(), Away);
  fake.faults.away = true;
  await assert.rejects(
    api().version(),
    (error: Error) => error instanceof Away && /Cluster lab does not answer at http:\/\/127/.test(error.message),
  );
  const nowhere = { address: 'http://127.0.0.1:9' };
  await assert.rejects(
    api(null, nowhere).version(),
    /does not answer at http:\/\/127\.0\.0\.1:9 \(connect ECONNREFUSED .*\)\. Is its head running/,
  );
});
