/** Notices on the page: a hook is added, tested and said to work or not; what was told stands below. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { serve } from '../../rewards/thinking/fault-server.ts';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, seriousFaults, visitor } from '../browser.ts';

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
});
