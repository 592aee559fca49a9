/** Addresses that name what this home does not have, and choices that would leave nothing: each is told, none is asked for without end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { contradictionOf, filterOf } from '../../../src/renderer/pages/rollouts/response-search.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, openPage } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

describe('a search of responses', () => {
  test('a number narrows a ready-made question and never widens it', () => {
    assert.equal(filterOf({ filter: 'right-low', below: '0.9' }).thinkingBelow, 0.4);
    assert.equal(filterOf({ filter: 'right-low', below: '0.1' }).thinkingBelow, 0.1);
    assert.equal(filterOf({ filter: 'wrong-high', above: '0.2' }).thinkingAbove, 0.6);
    assert.deepEqual(filterOf({ filter: 'right-low' }), { exact: true, thinkingBelow: 0.4 });
  });
  test('what is no number is no condition; steps are whole and not negative', () => {
    assert.deepEqual(filterOf({ from: '2.7', to: '-3', above: 'x', below: '' }), { fromStep: 3, toStep: 0 });
  });
  test('conditions that nothing can meet are told apart from a search that finds nothing', () => {
    assert.match(contradictionOf({ fromStep: 9, toStep: 2 })!, /step 9 to step 2/);
    assert.match(contradictionOf({ text: '*' })!, /contains no letter or digit/);
    assert.match(contradictionOf({ thinkingAbove: 0.6, thinkingBelow: 0.6 })!, /above 0\.6 and below 0\.6/);
    assert.equal(contradictionOf({ text: '"a b"', fromStep: 2, toStep: 2, thinkingAbove: 0.1 }), null);
  });
});

describe('what is not here', { skip: await browserProblem() }, () => {
  let browser: Browser;
  let engine: TestEngine;
  const visit = pageSuite(async (started, opened) => {
    engine = started;
    browser = opened;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'here', seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });

  for (const [address, says] of [
    ['/runs/99', 'There is no run number 99.'],
    ['/studies/99', 'There is no study number 99.'],
  ] as const)
    test(`${address} says so and is asked for once, not again and again`, async () => {
      const { page } = await openPage(browser, engine.pageUrl, address);
      await page.getByText(says).waitFor();
      let asked = 0;
      page.on('request', (request) => {
        if (/(runs|studies)\.get/.test(request.url())) asked++;
      });
      await page.waitForTimeout(700);
      assert.ok(asked <= 3, `asked ${asked} times`); // without end it was some fifty times; the live stream that opens meanwhile may ask once more
      await page.context().close();
    });

  test('a run that is not here is told on Rollouts and Compare, which shows the others', async () => {
    await visit('/rollouts?run=99&step=3', (page) => page.getByRole('heading', { name: 'Run 99 not found' }).waitFor());
    await visit('/compare?runs=1,99', async (page) => {
      await page.getByText('1 run in this address (99) not found').waitFor();
      await page.locator('section[aria-label="Outcome reward"] canvas').waitFor();
    });
    await visit('/compare?runs=99', (page) => page.getByText('Nothing to compare yet').waitFor());
  });

  test('a link to a response that is not in its step says so', () =>
    visit('/rollouts?run=1&step=2&response=999999', async (page) => {
      await page.getByText('Response 999999 is not in step').waitFor();
      await page
        .getByRole('region', { name: /^Responses to/ })
        .first()
        .waitFor();
    }));

  test('Tables of a study that is not here show nothing that could be chosen', () =>
    visit('/tables?study=99', async (page) => {
      await page.getByText('There is no study number 99.').waitFor();
      assert.equal(await page.getByLabel('Decoding').count(), 0);
    }));

  test('the last row of a table cannot be taken away; Escape closes the choice and gives the focus back', () =>
    visit('/tables?study=1&variants=full', async (page) => {
      const button = page.getByRole('button', { name: 'Rows: 1 of 2' });
      await button.click();
      const rows = page.getByRole('group', { name: 'Rows' });
      assert.equal(await rows.getByRole('checkbox', { checked: true }).isDisabled(), true);
      await rows.getByRole('checkbox', { checked: false }).check();
      await page.getByRole('button', { name: 'Rows: all' }).waitFor();
      await page.keyboard.press('Escape');
      await rows.waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Rows: all');
    }));
});
