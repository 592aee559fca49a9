/** A checkpoint of a run on a cluster becomes a model here: through small jobs where this machine does not see the storage. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { EMBEDDED_MODELS, modelsFolder } from '../../../../src/main/model/folder/find-model.ts';
import { fetchAsModel } from '../../../../src/main/services/runs/fetch-checkpoint.ts';
import { fetchCheckpoint } from '../../../../src/main/trainers/ray/fetch-checkpoint.ts';
import { checkpointOnCluster } from '../../../../src/main/trainers/ray/ray-job.ts';
import { temporaryFolder } from '../../../store/helpers.ts';
import { Lab } from '../lab.ts';

const MODEL = join(EMBEDDED_MODELS, 'tiny-vl-base');
const on = { timeout: 120_000, skip: process.platform === 'win32' && "the fake's jobs are POSIX ones" };

let lab: Lab;
let folder: string;
let uri: string;
beforeEach(async () => {
  lab = await Lab.start();
  await lab.begin(2);
  await lab.engine.queue.whenIdle();
  ({ uri } = lab.engine.store.checkpoints(1)[0]!);
  ({ folder } = checkpointOnCluster(uri)!);
  cpSync(MODEL, folder, { recursive: true });
  writeFileSync(join(folder, 'optimizer.pt'), 'a state');
});
afterEach(() => lab.end());

const access = () => ({ cluster: lab.engine.settings().clusters[0]!, token: null });
const fetch = (into: string, from = uri) => fetchCheckpoint(access, { home: lab.home, uri: from, into });
/** From a machine that does not see the storage. */
const fetchFar = (into: string, from = uri) =>
  fetchCheckpoint(access, { home: lab.home, uri: from, into, isHere: () => false, piece: 2 << 20 });
function assertModel(into: string): void {
  assert.deepEqual(readFileSync(join(into, 'model.safetensors')), readFileSync(join(MODEL, 'model.safetensors')));
  assert.ok(!readdirSync(into).includes('optimizer.pt'), readdirSync(into).join());
}

test('where this machine sees the storage its files are copied, without the optimiser', on, async () => {
  const into = temporaryFolder();
  await fetch(into);
  assert.equal([...lab.fake.jobs.keys()].filter((id) => /files|piece/.test(id)).length, 0);
  assertModel(into);
});

test('else they come piece by piece, each file held against its hash', on, async () => {
  const into = temporaryFolder();
  await fetchFar(into);
  assertModel(into);
  const pieces = [...lab.fake.jobs.keys()].filter((id) => id.includes('piece'));
  assert.ok(pieces.length > readdirSync(into).length, `${pieces.length}`); // the weights took several
});

test('one that is altered on the way, gone, or nowhere near a cluster is refused in a line', on, async () => {
  lab.fake.faults.logs = (text, id) => (id.includes('piece') ? text.replace(/"data": "..../, '"data": "AAAA') : text);
  await assert.rejects(fetchFar(temporaryFolder()), /of the checkpoint came altered\. Fetch it again\./);
  delete lab.fake.faults.logs;
  rmSync(folder, { recursive: true });
  await assert.rejects(
    fetchFar(temporaryFolder()),
    /Cluster lab has no checkpoint .* any more\. Runs keep their newest two/,
  );
  await assert.rejects(fetch(temporaryFolder(), 'checkpoints/step-2'), /is on no cluster\. Import its folder/);
});

test('it is a model of the home under its name, or nothing is left behind', on, async () => {
  const { store } = lab.engine;
  const made = await fetchAsModel(store, (from, into) => fetch(into, from), { run: 1, name: 'fetched' });
  assert.deepEqual([made.name, made.kind, made.problem], ['fetched', 'imported', null]);
  await assert.rejects(
    fetchAsModel(store, (from, into) => fetch(into, from), { run: 1, name: 'fetched' }),
    /There is already a model "fetched"/,
  );
  await assert.rejects(
    fetchAsModel(store, (from, into) => fetch(into, from), { run: 1, step: 1, name: 'other' }),
    /no checkpoint of step 1\. It has: 2\./,
  );
  rmSync(folder, { recursive: true });
  await assert.rejects(
    fetchAsModel(store, (from, into) => fetch(into, from), { run: 1, name: 'other' }),
    /no checkpoint/,
  );
  assert.deepEqual(readdirSync(modelsFolder(lab.home)), ['fetched']);
});
