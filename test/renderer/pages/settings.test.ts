/** The page of settings: what is kept, what is refused, keys in and outside of a window, disk, doctor, every state. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { FakeJobsApi } from '../../trainers/ray/fake-jobs-api.ts';
import { browserProblem, openPage, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('the page of settings', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  let ray: FakeJobsApi;
  before(async () => {
    ray = await FakeJobsApi.start();
  });
  after(() => ray.end());
  const visit = pageSuite(async (started, opened) => {
    engine = started;
    browser = opened;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'done', seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('the theme is kept in the home: another browser has it too', async () => {
    await visit('/settings', async (page) => {
      await page.getByText(engine.home).waitFor(SLOW);
      await page.getByRole('radio', { name: 'dark' }).click();
      await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    });
    while (engine.engine.settings().theme !== 'dark') await new Promise((resolve) => setTimeout(resolve, 50));
    await visit('/settings', (page) => page.waitForFunction(() => document.documentElement.dataset.theme === 'dark'));
    await engine.client.settings.change.mutate({ theme: 'system' });
  });

  test('threads are kept, too many are told, nonsense is refused', () =>
    visit('/settings', async (page) => {
      const threads = page.getByLabel('Threads per run');
      await threads.fill('500');
      await threads.press('Enter');
      await page.getByText('each run gets slower').waitFor(SLOW);
      assert.equal(engine.engine.settings().threads, 500);
      await threads.fill('1.5');
      await threads.press('Enter');
      await page.getByText('A whole number from 1 to 512, or empty.').waitFor(SLOW);
      assert.equal(engine.engine.settings().threads, 500);
      await threads.fill('');
      await threads.press('Enter');
      await page.getByText('each run gets slower').waitFor({ state: 'detached', ...SLOW });
      assert.equal(engine.engine.settings().threads, null);
      await page.getByText('set by --parallel at this start').waitFor();
    }));

  test('an endpoint is added, tried, removed and taken back; a browser takes no key', () =>
    visit('/settings', async (page) => {
      await page.getByText('Keys cannot be entered in a browser').waitFor(SLOW);
      await page.getByRole('button', { name: 'Add an endpoint' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('local');
      await dialog.getByLabel('Address').fill('ftp://x');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.getByText('The address must be an http or https address').waitFor(SLOW);
      assert.equal(await dialog.getByLabel('Key', { exact: true }).count(), 0);
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByLabel('Address').fill('http://127.0.0.1:9/v1');
      await dialog.getByLabel('Model').fill('m');
      await dialog.getByLabel('Key variable').fill('SOME_KEY');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await page.getByText('not set (SOME_KEY)').waitFor(SLOW);
      await page.getByRole('button', { name: 'Test local' }).click();
      await page.getByText('Does not work:').waitFor(SLOW);
      await page.getByRole('button', { name: 'Remove local' }).click();
      await page.getByRole('table', { name: 'Endpoints' }).waitFor({ state: 'detached', ...SLOW });
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('not set (SOME_KEY)').waitFor(SLOW);
    }));

  test('in a window a typed key goes to the key store and nowhere else; without a key store that is said', async () => {
    for (const problem of [null, 'This system has no usable key store.']) {
      const { page } = await openPage(browser, 'about:blank#', '');
      const sent: string[] = [];
      page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
      await page.addInitScript((said) => {
        const asked: unknown[] = [];
        const request = async (one: { kind: string }) => {
          asked.push(one);
          return one.kind === 'key-state' ? { problem: said, variables: [] } : { problem: null };
        };
        Object.assign(globalThis, { asked, sophiaShell: { request, listen: () => () => {} } });
      }, problem);
      await page.goto(`${engine.pageUrl}&to=/settings`);
      if (problem !== null) await page.getByText(`${problem} Keys are never stored as plain text`).waitFor(SLOW);
      await page.getByRole('button', { name: 'Edit local' }).click(SLOW);
      const key = page.getByRole('dialog').getByLabel('Key', { exact: true });
      if (problem === null) {
        await key.fill('sk-very-secret');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached', ...SLOW });
        assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked.at(-1)), {
          kind: 'store-key',
          variable: 'SOME_KEY',
          key: 'sk-very-secret',
        });
      } else {
        await page.getByRole('dialog').getByText(problem).waitFor(SLOW);
        assert.equal(await key.count(), 0);
      }
      assert.doesNotMatch(sent.join('\n'), /very-secret/);
      await page.context().close();
    }
  });

  test('a cluster is added, checked, edited, removed and taken back; a browser takes no token', () =>
    visit('/settings', async (page) => {
      assert.equal(await page.getByRole('table', { name: 'Clusters' }).count(), 0);
      await page.getByRole('button', { name: 'Add a cluster' }).click(SLOW);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('lab');
      await dialog.getByLabel('Address').fill('HEAD:8265');
      await dialog.getByLabel('Storage').fill('shared');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.getByText('The address must be the address of the Ray dashboard').waitFor(SLOW);
      await dialog.getByLabel('Address').fill(ray.address);
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.getByText('The storage must be an absolute path that every node sees').waitFor(SLOW);
      await dialog.getByLabel('Storage').fill(`${ray.storage}/`);
      await dialog.getByLabel('Token variable').fill('LAB_TOKEN');
      assert.equal(await dialog.getByLabel('Token', { exact: true }).count(), 0);
      await dialog.getByText('A browser has no key store. The token is read from the variable LAB_TOKEN').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByRole('button', { name: 'Add' }).press('Enter');
      const row = page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: /^lab/ });
      await row.getByText('not set (LAB_TOKEN)').waitFor(SLOW);
      await row.getByText('1 GPU, 4 CPUs').waitFor();
      await page.getByRole('button', { name: 'Check lab' }).click();
      const report = page.getByRole('status', { name: 'Check of lab' });
      await report.getByText('2 of 2 free').waitFor(SLOW);
      await report.getByText('Ready to train runs.').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      ray.token = 'secret';
      await page.getByRole('button', { name: 'Check lab' }).click();
      await page.getByText('Cluster lab wants a token (401). Set LAB_TOKEN to it').waitFor(SLOW);
      ray.token = null;
      await page.getByRole('button', { name: 'Edit lab' }).click();
      await dialog.getByLabel('GPUs per run').fill('4');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await row.getByText('4 GPUs, 4 CPUs').waitFor(SLOW);
      assert.equal(await page.getByText('wants a token').count(), 0);
      await page.getByRole('button', { name: 'Check lab' }).click();
      await report.getByText('it has 2 GPUs and a run asks for 4').waitFor(SLOW);
      assert.equal(engine.engine.settings().clusters[0]!.storage, ray.storage);
      await page.getByRole('button', { name: 'Remove lab' }).click();
      await page.getByRole('table', { name: 'Clusters' }).waitFor({ state: 'detached', ...SLOW });
      await page.getByRole('button', { name: 'Undo' }).click();
      await row.getByText('4 GPUs, 4 CPUs').waitFor(SLOW);
    }));

  test("in a window a cluster's token goes to the key store and nowhere else", async () => {
    const { page } = await openPage(browser, 'about:blank#', '');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.addInitScript(() => {
      const asked: unknown[] = [];
      const request = async (one: { kind: string }) => {
        asked.push(one);
        return { problem: null, variables: ['LAB_TOKEN'] };
      };
      Object.assign(globalThis, { asked, sophiaShell: { request, listen: () => () => {} } });
    });
    await page.goto(`${engine.pageUrl}&to=/settings`);
    await page.getByRole('button', { name: 'Edit lab' }).click(SLOW);
    const token = page.getByRole('dialog').getByLabel('Token', { exact: true });
    assert.equal(await token.inputValue(), '');
    await token.fill('very-secret');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached', ...SLOW });
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked.at(-1)), {
      kind: 'store-key',
      variable: 'LAB_TOKEN',
      key: 'very-secret',
    });
    assert.doesNotMatch(sent.join('\n'), /very-secret/);
    await page.context().close();
  });

  test('disk: parts, a limit that is exceeded, older checkpoints freed', () =>
    visit('/settings', async (page) => {
      writeFileSync(join(engine.home, 'big'), Buffer.alloc(2 ** 21));
      await page.getByText('in 2 older checkpoints of 2 finished runs').waitFor(SLOW);
      const limit = page.getByLabel("Don't start new runs above");
      await limit.fill('0.001');
      await limit.press('Enter');
      await page.getByText('The home is above its limit').waitFor(SLOW);
      await limit.fill('');
      await limit.press('Enter');
      await page.getByRole('button', { name: 'Free older checkpoints' }).click();
      await page
        .getByRole('alertdialog')
        .getByText('2 older checkpoints of 2 finished runs will be deleted')
        .waitFor(SLOW);
      await page.getByRole('button', { name: /^Free \d/ }).click();
      await page.getByText('2 checkpoints removed').waitFor(SLOW);
      await page.getByText(/in \d+ older checkpoints? of/).waitFor({ state: 'detached', ...SLOW });
      assert.equal((await engine.client.settings.disk.query()).older.checkpoints, 0);
    }));

  test('the doctor tells backend, speed and parts', { timeout: 400_000 }, () =>
    visit('/settings', async (page) => {
      await page.getByRole('button', { name: 'Check', exact: true }).click(SLOW);
      await page.getByText(/GFLOP\/s in a 1024/).waitFor({ timeout: 300_000 });
      await page
        .getByRole('table', { name: 'Components' })
        .getByRole('row', { name: /^SQLite ok/ })
        .waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }),
  );

  test('an engine that does not answer is said, and asked again on demand', async () => {
    const { page } = await openPage(browser, engine.pageUrl, '/studies');
    await page.getByRole('link', { name: 'done' }).waitFor(SLOW);
    await page.route(/\/api\//, (route) => route.abort());
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.locator('main').getByText('The engine does not answer').waitFor(SLOW);
    await page.unroute(/\/api\//);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(engine.home).waitFor(SLOW);
    await page.context().close();
  });
});
