/** The table of a study's runs in a real browser: sort, filter, columns, groups, ticks, by mouse and by keys. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const LONG = 'a-name-of-an-arm-that-is-as-long-as-names-of-arms-may-be-at-all';

describe('the runs of a study', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    const variants = `{grpo: , full: , ${LONG}: {base: full, reward: {alpha: 0.9, trust: none}}}`;
    await started.client.studies.start.mutate({ yaml: studyYaml({ name: 'first', variants }) });
    await started.engine.queue.whenIdle();
  });
  const table = (page: Page) => page.getByRole('grid', { name: 'Runs' });
  const rows = (page: Page) => table(page).locator('tbody tr[aria-rowindex]');
  const column = async (page: Page, head: string): Promise<string[]> => {
    // What sorts names the column; a symbol may stand beside it.
    const heads = await table(page)
      .locator('thead th')
      .evaluateAll((all) => all.map((th) => (th.querySelector('button[data-head]') ?? th).textContent ?? ''));
    const at = heads.findIndex((text) => text.trim() === head);
    assert.ok(at >= 0, `${head} in ${heads.join(' | ')}`);
    return (
      await rows(page)
        .locator(`td:nth-child(${at + 1})`)
        .allTextContents()
    ).map((text) => text.trim());
  };
  const settled = (page: Page, count: number) =>
    page.waitForFunction((n) => document.querySelectorAll('[role="grid"] tbody tr[aria-rowindex]').length === n, count);

  test('has its usual columns, is sorted by each, and its address says so', () =>
    visit('/studies/1', async (page) => {
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      await settled(page, 6);
      assert.deepEqual(await column(page, 'Seed'), ['0', '1', '0', '1', '0', '1']);
      assert.deepEqual((await column(page, 'alpha')).slice(-2), ['0.9', '0.9']);
      const accuracy = (await column(page, 'Accuracy test %')).map(Number);
      const head = table(page).getByRole('columnheader', { name: 'Accuracy test %' });
      await head.getByRole('button').click();
      await page.waitForFunction(() => location.hash.includes('sort=accuracy%2Ftest'));
      assert.equal(await head.getAttribute('aria-sort'), 'ascending');
      assert.deepEqual(
        (await column(page, 'Accuracy test %')).map(Number),
        accuracy.toSorted((a, b) => a - b),
      );
      await head.getByRole('button').click();
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
      assert.deepEqual(
        (await column(page, 'Accuracy test %')).map(Number),
        accuracy.toSorted((a, b) => b - a),
      );
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('a filter is applied once it can be read; until then what is wrong, and where, stands beneath it', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 6);
      const filter = page.getByLabel('Filter', { exact: true });
      await filter.fill('gamma = on and sead = 1');
      await page.getByText('Filter, character 16: There is no column "sead". Did you mean "seed"?').waitFor();
      assert.equal(await filter.getAttribute('aria-invalid'), 'true');
      assert.equal(await page.locator('mark').textContent(), 'sead = 1');
      await page.waitForTimeout(400);
      assert.equal(await rows(page).count(), 6, 'what cannot be read filters nothing');
      assert.ok(!page.url().includes('filter='));
      assert.deepEqual(await seriousFaults(page), []);
      await filter.fill('alpha > 0 and seed = 1 and duration is not missing');
      await settled(page, 2);
      await page.getByText('2 of 6 runs').waitFor();
      const address = page.url();
      await page.goto('about:blank');
      await page.goto(address);
      await settled(page, 2);
      assert.equal(await filter.inputValue(), 'alpha > 0 and seed = 1 and duration is not missing');
      await filter.fill('seed = 77');
      await page.getByText('None of the 6 runs passes the filter.').waitFor();
      await page.getByRole('button', { name: 'Show all runs' }).click();
      await settled(page, 6);
    }));

  test('an address whose filter is wrong says so and offers the way out', () =>
    visit('/studies/1/runs?filter=nothing+%3E+1', async (page) => {
      await page.getByText('Filter, character 1: There is no column "nothing"').waitFor();
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await settled(page, 6);
    }));

  test('columns are chosen from settings and metrics, found by typing, and go back to the usual ones', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 6);
      await page.getByRole('button', { name: /^Columns: / }).click();
      const menu = page.getByRole('dialog', { name: 'Columns' });
      await menu.getByLabel('Find a column').fill('loss.beta');
      await menu.getByRole('checkbox').check();
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await table(page).getByRole('columnheader', { name: 'beta' }).waitFor();
      assert.equal(new Set(await column(page, 'beta')).size, 1);
      assert.match(page.url(), /columns=.*loss\.beta/);
      await page.getByRole('button', { name: /^Columns: / }).click();
      await menu.getByRole('button', { name: 'Default columns' }).click();
      await page.waitForFunction(() => !location.hash.includes('columns='));
    }));

  test('columns are moved by keys and by dragging, a symbol opens its entry, and both leave sorting alone', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 6);
      const order = () =>
        table(page)
          .locator('button[data-head]')
          .evaluateAll((all) => all.map((button) => button.getAttribute('data-head') ?? ''));
      const [first = '', second = '', ...rest] = await order();
      const head = (id: string) => table(page).locator(`button[data-head="${id}"]`);
      await head(first).focus();
      await page.keyboard.press('Shift+ArrowRight');
      await page.waitForFunction(() => location.hash.includes('columns='));
      assert.deepEqual(await order(), [second, first, ...rest]);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-head')), first);
      await page.keyboard.press('Shift+ArrowLeft');
      assert.deepEqual(await order(), [first, second, ...rest]);
      await page.keyboard.press('Shift+ArrowLeft'); // the first stays where it is
      assert.deepEqual(await order(), [first, second, ...rest]);
      const [third = '', ...others] = rest; // all three are in sight
      await head(third).locator('..').dragTo(head(first).locator('..'));
      assert.deepEqual(await order(), [third, first, second, ...others]);
      assert.ok(!page.url().includes('sort='));
      const symbol = table(page).locator('thead').getByRole('button', { name: 'α', exact: true });
      await symbol.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('Weight of the thinking reward').first().waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      assert.ok(!page.url().includes('sort='));
      await head(second).press('Enter');
      await page.waitForFunction(() => location.hash.includes('sort='));
    }));

  test('groups have mean and interval, fold, and are ticked whole', () =>
    visit('/studies/1/runs?group=variant', async (page) => {
      await settled(page, 9);
      const groups = rows(page).filter({ has: page.getByRole('button', { expanded: true }) });
      assert.equal(await groups.count(), 3);
      assert.match((await groups.first().textContent())!, /n = 2.*\d+\.\d ± \d+\.\d/s);
      const long = rows(page).filter({ hasText: 'n = 2' }).nth(2);
      const button = long.getByRole('button');
      assert.match((await button.textContent())!, /…/, 'a long name has its middle left out');
      assert.equal(await button.getAttribute('title'), LONG);
      await button.click();
      await settled(page, 7);
      await long.getByRole('checkbox').check();
      await page.getByText('2 runs ticked').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('by keys alone: arrows move, Space ticks, left and right fold, Enter opens', () =>
    visit('/studies/1/runs?group=variant', async (page) => {
      await settled(page, 9);
      await table(page).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowLeft');
      await settled(page, 7);
      await page.keyboard.press('Enter');
      await settled(page, 9);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      await page.getByText('1 run ticked').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      await page.getByText('2 runs ticked').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /^#\/runs\/\d+$/.test(location.hash));
    }));

  test('ticked runs are compared, tagged, and moved to the trash and back', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 6);
      const names = await column(page, 'Run');
      for (const name of names.slice(0, 2)) await page.getByLabel(`Tick ${name}`, { exact: true }).check();
      const compare = await page.getByRole('group', { name: 'Ticked runs' }).getByRole('link').getAttribute('href');
      assert.match(compare!, /^#\/compare\?runs=\d+%2C\d+$/);
      await page.getByRole('button', { name: 'Tags…' }).click();
      await page.getByLabel('Add, comma-separated').fill('kept, seen twice');
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Tags of 2 runs saved').waitFor();
      await page.waitForFunction(() => document.querySelectorAll('[role="grid"] .tag').length === 4);
      await page.getByLabel('Filter', { exact: true }).fill('tags = kept');
      await settled(page, 2);
      await page.getByRole('button', { name: 'Move to the trash' }).click();
      await page.getByText('2 runs moved to the trash').waitFor();
      await page.getByText('None of the 4 runs passes the filter.').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('2 runs restored').waitFor();
      await settled(page, 2);
      assert.equal((await engine.client.runs.list.query({ studyId: 1 })).length, 6);
    }));
});
