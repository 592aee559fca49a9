/** What the command palette offers on the pages Tables and Compare, and that it does it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { curveCommands } from '../../../src/renderer/charts/lines/curve-commands.ts';
import { tableCommands } from '../../../src/renderer/files/table-commands.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const VIEW = { smoothing: 0.6, band: 'std', axis: 'step', log: false, logX: false, withoutOutliers: false } as const;

describe('commands of tables and curves', () => {
  test('a table is copied as every text, saved as every format, and its spread turned to the other', () => {
    const ids = tableCommands('std').map((command) => command.id);
    for (const format of ['csv', 'markdown', 'latex']) assert.ok(ids.includes(`copy-${format}`), format);
    assert.ok(!ids.includes('copy-xlsx'), 'bytes are no text');
    for (const format of ['csv', 'markdown', 'latex', 'xlsx', 'json'])
      assert.ok(ids.includes(`save-${format}`), format);
    assert.deepEqual([ids.at(-1), tableCommands('interval').at(-1)!.id], ['spread-interval', 'spread-std']);
  });

  test('what is so already is not offered; smoothing stays in its range', () => {
    const titles = (view: Parameters<typeof curveCommands>[0]) => curveCommands(view).map((command) => command.title);
    assert.ok(!titles(VIEW).includes('Band over seeds: std') && titles(VIEW).includes('Band over seeds: 95 %'));
    assert.ok(!titles(VIEW).includes('X axis: step') && titles(VIEW).includes('X axis: tokens'));
    assert.ok(titles({ ...VIEW, log: true }).includes('Linear y axis'));
    const smoothing = (value: number) =>
      titles({ ...VIEW, smoothing: value }).filter((title) => /^Smoothing/.test(title));
    assert.deepEqual(smoothing(0.6), ['Smoothing: more, 0.70', 'Smoothing: less, 0.50', 'Smoothing: none, 0.00']);
    assert.deepEqual(smoothing(0.95), ['Smoothing: less, 0.85', 'Smoothing: none, 0.00']);
    assert.deepEqual(smoothing(0.05), ['Smoothing: more, 0.15', 'Smoothing: none, 0.00']);
    assert.deepEqual(smoothing(0), ['Smoothing: more, 0.10']);
  });

  test('no two have the same id or key', () => {
    for (const list of [tableCommands('std'), curveCommands(VIEW)]) {
      assert.equal(new Set(list.map((one) => one.id)).size, list.length);
      const keys = list.flatMap((one) => one.keys ?? []);
      assert.equal(new Set(keys).size, keys.length);
    }
  });
});

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('the palette on Tables and Compare', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'done', steps: 20 }) });
    await engine.engine.queue.whenIdle();
  });
  const words = (page: Page) => page.getByPlaceholder('Search commands, studies, runs');

  const drawn = (page: Page) => page.locator('section[aria-label="Outcome reward"] .chart canvas').waitFor(SLOW);

  /** Opens the palette, types, takes the first hit, waits until it is gone: it takes keys till then. */
  async function command(page: Page, text: string): Promise<void> {
    await page.keyboard.press('Control+k');
    await words(page).fill(text);
    await page.locator('.palette .menu-item[data-selected]', { hasText: text }).waitFor(SLOW);
    await page.keyboard.press('Enter');
    await words(page).waitFor({ state: 'detached', ...SLOW });
  }

  test('Tables: copied as LaTeX, saved as XLSX, the interval in place of the deviation, by words and by key', () =>
    visit('/tables?study=1', async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('region', { name: 'Results', exact: true }).getByText('±').first().waitFor(SLOW);
      await command(page, 'Copy the table as LaTeX');
      await page.getByText('Copied as LaTeX').waitFor(SLOW);
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\\toprule/);
      const [download] = await Promise.all([
        page.waitForEvent('download', SLOW),
        command(page, 'Save the table as XLSX'),
      ]);
      assert.equal(download.suggestedFilename(), 'done.xlsx');
      assert.ok(readFileSync(await download.path(), 'latin1').startsWith('PK'));
      await command(page, '± shows the 95 % interval of the mean');
      await page.waitForURL(/spread=interval/);
      await page.locator('h1').click();
      await page.keyboard.press('I');
      await page.waitForURL((url) => !url.hash.includes('spread'));
      await page.keyboard.press('Control+k');
      await words(page).fill('table as');
      await page.getByRole('option', { name: 'Save the table as CSV' }).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('Compare: band, axes, smoothing, baseline, and the zoom of all charts', () =>
    visit('/compare?study=1', async (page) => {
      const card = page.locator('section[aria-label="Outcome reward"]');
      await drawn(page);
      await command(page, 'Band over seeds: 95 %');
      assert.equal(await page.getByLabel('Band over seeds').inputValue(), '95 %');
      await command(page, 'Smoothing: more, 0.70');
      await page.getByText('0.70', { exact: true }).waitFor(SLOW);
      await page.locator('h1').click();
      await page.keyboard.press('Y');
      await page.locator('label:has-text("Log y") input:checked').waitFor(SLOW);
      await command(page, 'X axis: wall time');
      await card.locator('.chart[aria-label$="wall time"]').waitFor(SLOW);
      await command(page, 'Baseline: full');
      await page.waitForURL(/base=full/);
      await card.locator('.chart').focus();
      await page.keyboard.press('+');
      await card.getByRole('button', { name: 'show all' }).waitFor(SLOW);
      await command(page, 'Reset the zoom');
      await card.getByRole('button', { name: 'show all' }).waitFor({ state: 'detached', ...SLOW });
    }));

  test('runs chosen by hand are pinned beside every comparison', () =>
    visit('/compare?runs=1,2', async (page) => {
      await drawn(page);
      const { name } = (await engine.client.runs.get.query({ id: 1 })).run;
      await command(page, `Pin ${name} beside every comparison`);
      while (!(await engine.client.runs.get.query({ id: 1 })).run.pinned) await page.waitForTimeout(50);
      await page.reload();
      await drawn(page);
      await command(page, `Unpin ${name}`);
      while ((await engine.client.runs.get.query({ id: 1 })).run.pinned) await page.waitForTimeout(50);
    }));

  test('elsewhere none of this is offered', () =>
    visit('/studies', async (page) => {
      await page.getByRole('link', { name: 'done', exact: true }).waitFor(SLOW);
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: 'Theme: dark' }).waitFor(SLOW);
      for (const name of [/^Copy the table/, /^Save the table/, /^Band over seeds/, /^Reset the zoom/, /^Baseline/])
        assert.equal(await page.getByRole('option', { name }).count(), 0, String(name));
    }));
});
