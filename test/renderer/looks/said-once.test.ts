/** What a page says it says once, what it offers acts, and nothing is marked wrong before anybody was there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('pages', { skip }, () => {
  const visit = pageSuite(async ({ client, engine }) => {
    await client.studies.start.mutate({ yaml: studyYaml({ steps: 4, seeds: '[0]' }) });
    await engine.queue.whenIdle();
  });

  test('What if names its lines once; of a run without a thinking reward it offers what can change alone', () =>
    visit('/what-if?run=2', async (page) => {
      const chart = page.getByRole('region', { name: 'Total reward' });
      await chart.getByText('as logged').first().waitFor();
      assert.equal(await chart.getByText('as logged').count(), 1);
      assert.equal(await page.getByLabel('Weight', { exact: true }).count(), 1);
      await page.goto(page.url().replace('run=2', 'run=1'));
      await page.getByText('This run has no thinking reward').waitFor();
      await page.getByLabel('Preset').waitFor();
      for (const name of ['Trust', 'Annealing', 'Weight', 'Correct from'])
        assert.equal(await page.getByLabel(name, { exact: true }).count(), 0, name);
      await page.getByRole('columnheader', { name: 'new A' }).waitFor();
      assert.equal(await page.getByRole('columnheader', { name: 'new γ' }).count(), 0);
      assert.equal(await page.getByText('– → –').count(), 0);
    }));

  test('tokens of a response and its words beside another are shown one at a time', () =>
    visit('/rollouts?run=2&step=2&read=2/2/0/0', async (page) => {
      const tokens = page.getByRole('button', { name: 'Tokens', exact: true });
      const other = page.getByLabel('Compare with');
      await other.locator('option').nth(1).waitFor({ state: 'attached' });
      await tokens.click();
      await page.getByRole('heading', { name: 'No token values were kept' }).waitFor();
      await other.selectOption({ index: 1 });
      assert.equal(await tokens.getAttribute('aria-pressed'), 'false');
      await page.getByRole('heading', { name: 'No token values were kept' }).waitFor({ state: 'detached' });
      await tokens.click();
      await page.getByRole('heading', { name: 'No token values were kept' }).waitFor();
      assert.equal(await other.inputValue(), '');
    }));

  test('a field that must be filled in is marked once it was left empty, not before', () =>
    visit('/library', async (page) => {
      await page.getByRole('button', { name: 'Import a model…' }).click();
      const name = page.getByRole('dialog').getByLabel('Name');
      const border = () => name.evaluate((field) => getComputedStyle(field).borderTopColor);
      const plain = await page
        .getByRole('dialog')
        .getByLabel('Folder path on the server')
        .evaluate((field) => getComputedStyle(field).borderTopColor);
      assert.equal(await border(), plain);
      await name.fill('a');
      await name.fill('');
      await name.blur();
      assert.notEqual(await border(), plain);
    }));

  test('a table of steps that cannot be read says so, and is read when asked again', () =>
    visit('/runs/2', async (page) => {
      await page.getByRole('tab', { name: 'Steps' }).waitFor();
      await page.route(/runs\.steps/, (asked) => asked.fulfill({ status: 400, body: 'no' }));
      await page.getByRole('tab', { name: 'Steps' }).click();
      const said = page.getByRole('alert');
      await said.waitFor();
      await page.unroute(/runs\.steps/);
      await said.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: '4', exact: true }).waitFor();
    }));
});
