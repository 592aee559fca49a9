/** Validation on the page of settings: checks with thresholds and figures, started and stopped by a button. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { writeReport } from '../../../src/main/store/validation/report-file.ts';
import { type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { temporaryFile } from '../../store/helpers.ts';
import { browserProblem, openBrowser, seriousFaults, visitor } from '../browser.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };
/** A command line that takes its time, until it is stopped. */
const verb = temporaryFile('setTimeout(() => {}, 300_000);', 'slow.mjs');

describe('validation on the page of settings', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  const visit = visitor(() => ({ browser, pageUrl: engine.pageUrl }));
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine({ commandLine: verb });
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });

  test('every check stands with its threshold, what was measured and how it ended', () =>
    visit('/settings', async (page) => {
      await page.getByText('World shortcut: not validated on this home.').waitFor(SLOW);
      const at = Date.UTC(2026, 10, 20);
      const entry = (value: number, threshold: string) => ({
        figures: [{ name: '', value }],
        ...{ detail: null, threshold, key: 'k', code: 'c', seconds: 1, at },
      });
      const checks = { 'cue-copied': entry(0.99, 'at least 98 %'), 'cue-misleads': entry(0.4, 'at most 15 %') };
      writeReport(engine.home, { world: 'shortcut', models: {}, checks });
      await page.reload();
      await page.getByText('World shortcut: validated 2026-11-20, 1 of 17 checks passed, 15 not run.').waitFor(SLOW);
      const table = page.getByRole('table', { name: 'Checks of Shortcut' });
      const row = (title: string) => table.getByRole('row').filter({ hasText: title });
      assert.match((await row('Responses that follow the cue').textContent()) ?? '', /at least 98 %.*99\.0 %.*pass/);
      assert.match((await row('Following a wrong cue').textContent()) ?? '', /at most 15 %.*40\.0 %.*fail/);
      assert.match((await row('Positive control').textContent()) ?? '', /at least 30 points.*not run/);
      await page.getByRole('radio', { name: 'Flattery', exact: true }).click();
      await page.getByText('World flattery: not validated on this home.').waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('the button starts one, it shows how far it is, and stopping says so', () =>
    visit('/settings', async (page) => {
      await page.getByRole('button', { name: 'Quick checks only' }).click(SLOW);
      await page.getByText('Validating shortcut, quick checks: 0 of 12 checks measured').waitFor(SLOW);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped.').waitFor(SLOW);
      await page.getByRole('button', { name: 'Validate the instrument' }).waitFor(SLOW);
    }));
});
