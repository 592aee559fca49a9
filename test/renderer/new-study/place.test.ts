/** Where a new study runs, in its form: this machine or a cluster, which trains with TRL only. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EMBEDDED_MODELS } from '../../../src/main/model/folder/find-model.ts';
import { checkpointOnCluster } from '../../../src/main/trainers/ray/ray-job.ts';
import type { TestEngine } from '../../setup/with-engine.ts';
import { FakeJobsApi } from '../../trainers/ray/fake-jobs-api.ts';
import { fastTrl } from '../../trainers/ray/fast-trl.ts';
import { plainStudy } from '../../trainers/trl/plain/plain-python.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('where a new study runs', { skip }, () => {
  let engine: TestEngine;
  let ray: FakeJobsApi;
  before(async () => {
    ray = await FakeJobsApi.start();
  });
  after(() => ray.end());
  const visit = pageSuite(
    (started) => {
      engine = started;
    },
    { trainers: fastTrl },
  );

  test('without clusters it is this machine, and Settings is named', () =>
    visit('/new', async (page) => {
      const where = page.getByRole('region', { name: 'Where' });
      await where.getByText('Ray clusters are added in Settings').waitFor(SLOW);
      assert.equal(await where.getByRole('combobox').inputValue(), '');
    }));

  test('what this machine lacks for TRL is told before the study is started', async () => {
    const own = process.env.SOPHIA_TRL_PYTHON;
    process.env.SOPHIA_TRL_PYTHON = '/nowhere/python';
    try {
      await visit('/new', async (page) => {
        const where = page.getByRole('region', { name: 'Where' });
        await page.getByLabel('Study as YAML').fill(plainStudy({ steps: 2, seeds: '[0]' }));
        await where.getByText('SOPHIA_TRL_PYTHON is /nowhere/python, which does not run.').waitFor(SLOW);
        assert.deepEqual(await seriousFaults(page), []);
        await page.getByLabel('Study as YAML').fill(plainStudy({ steps: 2, seeds: '[0]' }).replace('trl', 'native'));
        await where.getByText('which does not run').waitFor({ state: 'detached', ...SLOW });
      });
    } finally {
      if (own === undefined) delete process.env.SOPHIA_TRL_PYTHON;
      else process.env.SOPHIA_TRL_PYTHON = own;
    }
  });

  test('on a cluster it needs TRL, and becomes jobs there; what the cluster lacks refuses it', async () => {
    const cluster = { name: 'lab', address: ray.address, tokenVariable: '', storage: ray.storage, gpus: 9, cpus: 0 };
    await engine.client.settings.change.mutate({ clusters: [{ ...cluster, memoryGiB: 0, packages: 'pip' }] });
    await visit('/new', async (page) => {
      const where = page.getByRole('region', { name: 'Where' });
      await page.getByLabel('Study as YAML').fill(plainStudy({ steps: 2, seeds: '[0]' }).replace('trl', 'native'));
      await where.getByRole('combobox').selectOption('lab', SLOW);
      await where.getByText('this study says trainer: native').waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await where.getByRole('button', { name: 'Train with TRL' }).click();
      await where.getByText('this study says').waitFor({ state: 'detached', ...SLOW });
      assert.match(await page.getByLabel('Study as YAML').inputValue(), /trainer: trl/);
      await page.getByRole('button', { name: 'Start 1 runs on lab' }).click(SLOW);
      await page.getByText('it has 2 GPUs and a run asks for 9').first().waitFor(SLOW);
      assert.equal(engine.engine.store.listStudies().length, 0);
      await engine.client.settings.change.mutate({
        clusters: [{ ...cluster, gpus: 1, memoryGiB: 0, packages: 'pip' }],
      });
      await page.getByRole('button', { name: 'Start 1 runs on lab' }).click(SLOW);
      await page.waitForURL(/studies\/1/, SLOW);
      await engine.engine.queue.whenIdle();
      assert.deepEqual([engine.engine.store.run(1).state, ray.trained.length], ['finished', 1]);
    });
  });

  test('a checkpoint of its run is fetched and becomes a model here', async () => {
    const { folder } = checkpointOnCluster(engine.engine.store.checkpoints(1)[0]!.uri)!;
    cpSync(join(EMBEDDED_MODELS, 'tiny-vl-base'), folder, { recursive: true });
    await visit('/runs/1?tab=checkpoints', async (page) => {
      await page.getByRole('button', { name: 'Fetch as a model' }).click(SLOW);
      const dialog = page.getByRole('dialog');
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByLabel('Name of the model').fill('tiny-vl-base');
      await dialog.getByLabel('Name of the model').press('Enter');
      await dialog.getByText('There is already a model "tiny-vl-base"').waitFor(SLOW);
      await dialog.getByLabel('Name of the model').fill('from-lab');
      await dialog.getByRole('button', { name: 'Fetch', exact: true }).click();
      await page.getByText('Model from-lab fetched').waitFor(SLOW);
      await page.getByText('from-lab', { exact: true }).first().waitFor(SLOW);
    });
  });
});
