/** Notices on the page: a hook is added, tested and said to work or not; what was told stands below; the browser notifies in the background. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { serve } from '../../rewards/thinking/fault-server.ts';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, openPage, seriousFaults, visitor } from '../browser.ts';

describe('notices', { skip: await browserProblem() }, () => {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine({ parallel: 1 });
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });

  test('a hook is added in words, tested against a real server, and shows what became of a notice', async () => {
    const { base, seen } = await serve((_request, response, _body, call) =>
      response.writeHead(call === 2 ? 410 : 200).end(),
    );
    const visit = visitor(() => ({ browser, pageUrl: engine.pageUrl }));
    await visit('/settings', async (page) => {
      await page.getByRole('button', { name: 'Add a hook…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill('lab');
      await dialog.getByLabel('Address').fill('lab.example');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.getByRole('alert').getByText('What it is sent to must be an http or https address').waitFor();
      await dialog.getByLabel('Address').fill(`${base}/hook`);
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByRole('button', { name: 'Add' }).click();
      const test = page.getByRole('button', { name: 'Test lab' });
      await test.click();
      await page.getByText('Works: the test was sent.').waitFor();
      await test.click();
      await page.getByText('Does not work: the server answered 410.').waitFor();
      assert.match(seen[0]!.body, /"title":"Sophia Lab"/);
      await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'told', seeds: '[0]', variants: '[grpo]' }) });
      await page.getByText('Latest notices').click();
      await page.getByRole('link', { name: 'Study told finished' }).waitFor();
      await page.getByText('lab: sent').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    });
  });

  test('the browser notifies while its window is in the background, once, and a click leads there', async () => {
    const { page } = await openPage(browser, engine.pageUrl, '/settings');
    await page.context().grantPermissions(['notifications'], { origin: engine.url });
    await page.addInitScript(() => {
      const shown: unknown[] = [];
      class Shown {
        static permission = 'granted';
        static requestPermission = () => Promise.resolve('granted');
        onclick: (() => void) | null = null;
        constructor(title: string, options: { body: string }) {
          shown.push({ title, body: options.body, click: () => this.onclick?.() });
        }
        close() {}
      }
      Object.assign(globalThis, { Notification: Shown, shown });
      document.hasFocus = () => false;
    });
    await page.reload();
    await page.getByLabel('Notify in this browser').check();
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'breaks', script: 'fake:throw@2', seeds: '[0]', variants: '[grpo]' }),
    });
    type Shown = { title: string; body: string; click: () => void }[];
    await page.waitForFunction(() => (globalThis as unknown as { shown: Shown }).shown.length > 0);
    await page.waitForTimeout(2500);
    const shown = await page.evaluate(() =>
      (globalThis as unknown as { shown: Shown }).shown.map(({ title, body }) => `${title}: ${body}`),
    );
    assert.equal(shown.length, 1, shown.join());
    assert.match(shown[0]!, / failed: breaks, grpo, seed 0, step 2: Loss is NaN at step 2/);
    await page.evaluate(() => (globalThis as unknown as { shown: Shown }).shown[0]!.click());
    await page.waitForURL(/#\/runs\/2$/);
    await page.context().close();
  });
});
