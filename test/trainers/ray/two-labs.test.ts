/** Two labs on one cluster, with the same study at the same time: neither sees, stops or takes what is the other's. And models that it cannot see. */
import assert from 'node:assert/strict';
import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { EMBEDDED_MODELS, modelsFolder } from '../../../src/main/model/folder/find-model.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { Lab, oneRun, rowsThere, undisturbed } from './lab.ts';

const STEPS = 8;
const on = { timeout: 300_000, skip: process.platform === 'win32' && "the fake's jobs are POSIX ones" };
const labs: Lab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0).reverse()) await lab.end();
});

test('two labs train the same study on one cluster, one of them is stopped', on, async () => {
  const whole = await undisturbed(STEPS);
  const first = await Lab.start();
  labs.push(first);
  const second = await Lab.start({}, first.fake);
  labs.push(second);
  await Promise.all([first.begin(STEPS, { PLAIN_SECONDS: '0.4' }), second.begin(STEPS)]);
  await second.until(({ step }) => step >= 2);
  second.engine.stopRun(1);
  await Promise.all([first.engine.queue.whenIdle(), second.engine.queue.whenIdle()]);
  assert.deepEqual([first.run().state, second.run().state, first.fake.trained.length], ['finished', 'stopped', 2]);
  assert.deepEqual(rowsThere(first.engine.store), whole);
  second.engine.resumeRun(1);
  await second.engine.queue.whenIdle();
  assert.deepEqual([second.run().state, second.run().attempts.length], ['finished', 2]);
  const responses = (rows: object) => (rows as { responses: unknown[] }).responses;
  assert.deepEqual(responses(rowsThere(second.engine.store)), responses(whole));
});

test(
  'a model that the cluster cannot see, or has another one of, refuses a study before anything is added',
  on,
  async () => {
    const lab = await Lab.start();
    labs.push(lab);
    const own = join(modelsFolder(lab.home), 'mine');
    cpSync(join(EMBEDDED_MODELS, 'tiny-vl-base'), own, { recursive: true });
    const study = oneRun(2).replace('training: {', 'model: { policy: mine }\n  training: {');
    const start = () => lab.engine.startStudyOn('lab', parseStudy(study, 'test'), study);
    // The cluster's nodes are other machines: the folder is not there when the job looks.
    lab.fake.faults.beforeJob = () => renameSync(own, `${own}-away`);
    await assert.rejects(
      start(),
      /Cluster lab: it cannot see a model: Model mine is not at .*models\/mine or .*\. Copy its folder to STORAGE\/models\/ there\./,
    );
    lab.fake.faults.beforeJob = undefined;
    renameSync(`${own}-away`, own);
    cpSync(own, join(lab.fake.storage, 'models/mine'), { recursive: true });
    writeFileSync(join(lab.fake.storage, 'models/mine/config.json'), '{}');
    await assert.rejects(start(), /it cannot see a model: .*models\/mine is not the model mine that was packed/);
    assert.equal(lab.engine.store.listStudies().length, 0);
    assert.equal(lab.fake.trained.length, 0);
  },
);
