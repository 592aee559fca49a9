/** The list of all runs in a real browser: the table of a study's runs, of several studies whose accuracies stand on different questions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const ALL = '/studies?show=runs';

describe('all runs', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    for (const [name, script] of [
      ['first', 'fake'],
      ['second', 'fake:ms=1'],
      ['third', 'fake:asks=10'],
    ] as const)
      await started.client.studies.start.mutate({ yaml: studyYaml({ name, script }) });
    await started.engine.queue.whenIdle();
  });
  const table = (page: Page) => page.getByRole('grid', { name: 'Runs' });
  const rows = (page: Page) => table(page).locator('tbody tr[aria-rowindex]');
  const settled = (page: Page, count: number) =>
    page.waitForFunction((n) => document.querySelectorAll('[role="grid"] tbody tr[aria-rowindex]').length === n, count);
  const filter = (page: Page) => page.getByLabel('Filter', { exact: true });

  test('have study, accuracy and its questions, newest events first; a filter and words narrow them', () =>
    visit(ALL, async (page) => {
      await settled(page, 12);
      const heads = (await table(page).locator('thead th').allTextContents()).map((text) => text.trim());
      assert.deepEqual(heads.slice(1, 8), [
        ...['Run', 'Study', 'Variant', 'Seed', 'Accuracy %', 'State', 'Held-out questions'],
      ]);
      assert.match((await rows(page).first().textContent()) ?? '', /third.*finished.*questions, greedy/s);
      await page.getByText(/Accuracy %: shares of different questions .*so\s+not comparable/s).waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await filter(page).fill('study in (first, third) and seed = 1');
      await settled(page, 4);
      await page.getByText('4 of 12 runs').waitFor();
      await page.getByRole('searchbox', { name: 'Search' }).fill('THIRD grpo');
      await settled(page, 1);
      await page.getByRole('searchbox', { name: 'Search' }).fill('nowhere');
      await page.getByText('None of the 12 runs passes the filter and the search.').waitFor();
      await page.getByRole('button', { name: 'Show all runs' }).click();
      await page.getByText('None of the 12 runs passes the search.').waitFor();
    }));

  test('groups of several studies have no mean accuracy over different questions, and have one over the same', () =>
    visit(`${ALL}&group=variant`, async (page) => {
      await settled(page, 14);
      const group = rows(page).filter({ hasText: 'n = 6, 3 studies' });
      assert.equal(await group.count(), 2);
      assert.match((await group.first().textContent()) ?? '', /different questions/);
      await filter(page).fill('study != third');
      await settled(page, 10);
      const same = rows(page).filter({ hasText: 'n = 4, 2 studies' }).first();
      assert.match((await same.textContent()) ?? '', /\d+\.\d ± \d+\.\d/);
      assert.doesNotMatch((await same.textContent()) ?? '', /different questions/);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('are ticked by keys and compared across studies: accuracy on different questions has charts apart, and says so', () =>
    visit(`${ALL}&sort=study`, async (page) => {
      await settled(page, 12);
      await table(page).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      await page.keyboard.press('End');
      await page.keyboard.press(' ');
      await page.getByText('2 runs ticked, of 2 studies').waitFor();
      await page.getByRole('group', { name: 'Ticked runs' }).getByRole('link', { name: 'Compare' }).click();
      await page.getByText(/asked different held-out questions, so their accuracies cannot be compared/).waitFor();
      const charts = page.getByRole('region', { name: /questions, greedy/ }).or(page.getByText(/questions, greedy$/));
      assert.ok((await charts.count()) >= 2);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('of two studies on the same questions share a chart, without a word', () =>
    visit(ALL, async (page) => {
      await settled(page, 12);
      const runs = await engine.client.runs.list.query({});
      const two = ['first', 'second'].map((study) => runs.find((run) => run.study === study)!.id);
      await page.evaluate((ids) => {
        location.hash = `#/compare?runs=${ids}`;
      }, two.join());
      await page.getByText('the test split, greedy').or(page.getByText('test split, greedy')).first().waitFor();
      assert.equal(await page.getByText(/asked different held-out questions/).count(), 0);
    }));

  test('are tagged and trashed over studies; views of them are saved and are not those of a study', () =>
    visit(`${ALL}&filter=seed+%3D+1`, async (page) => {
      await settled(page, 6);
      await page.getByLabel('Tick all runs that are shown').check();
      await page.getByText('6 runs ticked, of 3 studies').waitFor();
      await page.getByRole('button', { name: 'Tags…' }).click();
      await page.getByLabel('Add, comma-separated').fill('kept');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Tags of 6 runs saved').waitFor();
      await page.getByRole('button', { name: 'kept 6' }).waitFor();
      await page.getByRole('button', { name: 'Save as…' }).click();
      await page.getByRole('textbox', { name: 'Save the view as' }).fill('Seed one');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('View Seed one saved').waitFor();
      assert.deepEqual(
        (await engine.client.views.list.query({ studyId: null })).map(({ name, view }) => [name, view.filter]),
        [['Seed one', 'seed = 1']],
      );
      assert.equal((await engine.client.views.list.query({ studyId: 1 })).length, 0);
      await page.getByRole('button', { name: 'Move to the trash' }).click();
      await page.getByText('6 runs moved to the trash').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('6 runs restored').waitFor();
      await settled(page, 6);
      await page.getByLabel('View', { exact: true }).selectOption({ label: 'Default view' });
      await settled(page, 12);
      await page.getByRole('button', { name: 'kept 6' }).click();
      await settled(page, 6);
      // Another list of the page understands nothing of this address.
      await page
        .getByRole('radio', { name: 'Archive' })
        .or(page.getByRole('button', { name: 'Archive' }))
        .first()
        .click();
      await page.waitForFunction(
        () => /show=archived/.test(location.hash) && !/tags|filter|sort|view/.test(location.hash),
      );
    }));
});
