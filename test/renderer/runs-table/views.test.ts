/** Saved views of a study's runs in a real browser, and their addresses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { queryOfView, viewOfQuery } from '../../../src/renderer/ui/runs-table/view-address.ts';
import { type RunView, USUAL_VIEW } from '../../../src/shared/run-table/view.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('a view in an address', () => {
  const view: RunView = {
    ...{ columns: ['a,b', 'c|d', 'e%2c', '~'], sort: '-kl', filter: 'a = "~" and b % 2', group: 'reward.alpha' },
    ...{ charts: ['kl'], panels: [{ x: 'a|b', y: 'c,d' }], sweep: 'accuracy/test' },
    brushes: [{ column: 'reward.alpha', low: null, high: -1.5e-7 }],
  };
  const defined = (query: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

  test('is read as it was written, whatever the names of its columns', () => {
    assert.deepEqual(viewOfQuery(USUAL_VIEW, defined(queryOfView(view, USUAL_VIEW))), view);
    assert.deepEqual(viewOfQuery(view, defined(queryOfView(USUAL_VIEW, view))), USUAL_VIEW);
    assert.deepEqual(defined(queryOfView(view, view)), {});
    assert.deepEqual(defined(queryOfView({ ...view, sort: '' }, view)), { sort: '~' });
  });
  test('leaves out what is no view', () => {
    const query = { columns: 'a,a', sort: 'kl', panels: 'x', brushes: 'a|one|', filter: 'x'.repeat(3000) };
    assert.deepEqual(viewOfQuery(USUAL_VIEW, query), { ...USUAL_VIEW, sort: 'kl' });
  });
});

describe('views of the runs of a study', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await started.client.studies.start.mutate({ yaml: studyYaml({ name: 'first' }) });
    await started.engine.queue.whenIdle();
  });
  const settled = (page: Page, count: number) =>
    page.waitForFunction((n) => document.querySelectorAll('[role="grid"] tbody tr[aria-rowindex]').length === n, count);

  test('are saved under a name, chosen, changed, renamed, deleted and back; a link opens one', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 4);
      await page.getByLabel('Filter', { exact: true }).fill('seed = 1');
      await settled(page, 2);
      await page.getByText('changed', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Save as…' }).click();
      await page.getByRole('textbox', { name: 'Save the view as' }).fill('Seed one');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('View Seed one saved').waitFor();
      await page.waitForFunction(() => /runs\?view=\d+$/.test(location.hash));
      const link = page.url();
      const select = page.getByLabel('View', { exact: true });
      await select.selectOption({ label: 'Default view' });
      await settled(page, 4);
      await select.selectOption({ label: 'Seed one' });
      await settled(page, 2);
      await page.getByLabel('Group by').selectOption({ label: 'Variant' });
      await settled(page, 4);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('View saved', { exact: true }).waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await page.goto('about:blank');
      await page.goto(link);
      await settled(page, 4);
      assert.equal(await page.getByLabel('Group by').inputValue(), 'variant');
      await page.getByRole('button', { name: 'More view actions' }).click();
      await page.getByRole('menuitem', { name: 'Rename…' }).click();
      await page.getByRole('textbox', { name: 'Rename the view' }).fill('By variant');
      await page.getByRole('button', { name: 'Rename', exact: true }).click();
      await select.locator('option', { hasText: 'By variant' }).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'More view actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByText('View By variant deleted').waitFor();
      await settled(page, 4);
      assert.equal((await engine.client.views.list.query({ studyId: 1 })).length, 0);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('View By variant restored').waitFor();
      const [back] = await engine.client.views.list.query({ studyId: 1 });
      assert.deepEqual([back!.name, back!.view.group, back!.view.filter], ['By variant', 'variant', 'seed = 1']);
    }));

  test('a name that is taken is told in the dialog; a view of other columns says which are not here', () =>
    visit('/studies/1/runs?columns=seed,gone.metric', async (page) => {
      await page.getByText('This study has no column gone.metric, which the view names.').waitFor();
      await engine.client.views.add.mutate({ studyId: 1, name: 'taken', view: USUAL_VIEW });
      await page.getByRole('button', { name: 'Save as…' }).click();
      await page.getByRole('textbox', { name: 'Save the view as' }).fill('Taken');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('This study already has a view "Taken". Choose another name.').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
