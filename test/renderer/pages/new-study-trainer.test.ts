/** The form of a new study says which settings belong to one trainer only. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, seriousFaults, visitor } from '../browser.ts';

const skip = await browserProblem();

describe("a trainer's settings in the form", { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine();
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });
  const visit = visitor(() => ({ browser, pageUrl: engine.pageUrl }));

  test('the trainer can be chosen, and the backend is told to be its own', () =>
    visit('/new', async (page) => {
      const find = page.getByRole('searchbox', { name: 'Find a setting' });
      await find.fill('backend');
      await page.getByText('Native trainer only.').waitFor();
      await find.fill('trainer');
      assert.equal(await page.getByLabel('Trainer', { exact: true }).inputValue(), 'native');
      await find.fill('alpha');
      assert.equal(await page.getByText('trainer only').count(), 0);
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
