/** The page of a study in a real browser: what it says at its head, more seeds, a study that is not whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const LONG = 'a-name-of-an-arm-that-is-as-long-as-names-of-arms-may-be-at-all';

describe('the page of a study', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await started.client.studies.start.mutate({ yaml: studyYaml({ name: 'whole' }) });
    const long = studyYaml({ name: 'long', seeds: '[0, 1]', variants: `[grpo, full, {${LONG}: {base: full}}]` });
    await started.client.studies.start.mutate({ yaml: long });
    await started.engine.queue.whenIdle();
  });
  const verdictOf = (page: Page) => page.getByRole('region', { name: 'Verdict', exact: true });

  test('the verdict is a forest plot for each contrast: effect, interval, a dot for each seed, leverage', () =>
    visit('/studies/1', async (page) => {
      const contrast = verdictOf(page).getByRole('article');
      await contrast.first().waitFor();
      assert.equal(await contrast.count(), 1);
      const said = await engine.client.studies.verdict.query({ id: 1 });
      const [{ effects, sentence } = { effects: [], sentence: '' }] = said.contrasts;
      assert.ok(effects.length > 0);
      await contrast.getByText(sentence.split(': ')[0]!.replaceAll(' - ', ' − ')).first().waitFor();
      const rows = contrast.locator('tr:has(svg)');
      assert.equal(await rows.count(), effects.length);
      assert.equal(await rows.first().locator('circle.seed').count(), 2);
      const figure = (await rows.first().textContent())!;
      assert.match(figure, /[+−]?\d+\.\d \[[+−]?\d+\.\d, [+−]?\d+\.\d\]/);
      assert.doesNotMatch((await contrast.textContent())!, / - |[[ ]-\d/, 'minus signs are typographic');
      await contrast.getByText('smallest detectable effect').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('what comes first: the verdict, curves, results, and the runs as one line that opens', () =>
    visit('/studies/1', async (page) => {
      await page.getByText('4 runs finished', { exact: true }).waitFor();
      await page.getByRole('region', { name: 'Results', exact: true }).locator('td').first().waitFor();
      const tops = await page.evaluate(() =>
        ['[aria-label="Verdict"]', '[aria-label="Curves"]', '[aria-label="Results"]', 'details.runs'].map(
          (one) => document.querySelector(one)!.getBoundingClientRect().top,
        ),
      );
      assert.deepEqual(
        tops,
        [...tops].sort((a, b) => a - b),
      );
      assert.equal(await page.getByRole('region', { name: 'Runs' }).count(), 0);
      assert.equal(await page.getByRole('status', { name: 'Progress' }).count(), 0);
      await page.getByText('4 runs finished', { exact: true }).click();
      await page.getByRole('region', { name: 'Runs' }).getByText('seed 1').waitFor();
    }));

  test('averages are the first columns of the results: at the end they would lie beyond the edge at 1024', () =>
    visit(
      '/studies/1',
      async (page) => {
        const results = page.getByRole('region', { name: 'Results by variant and benchmark' });
        await results.locator('td').first().waitFor();
        const { columns, rows } = await engine.client.tables.get.query({ id: 1 });
        const averages = columns.filter(({ benchmarks }) => benchmarks.length > 1).map(({ title }) => title);
        assert.ok(averages.length > 0);
        const heads = await results.locator('thead th').allTextContents();
        assert.deepEqual(heads.slice(1, 1 + averages.length), averages);
        assert.equal(heads.length, 1 + columns.length);
        const at = columns.findIndex(({ benchmarks }) => benchmarks.length > 1);
        const first = await results.locator('tbody tr').first().locator('td').first().textContent();
        assert.ok(first!.includes((rows[0]!.cells[at]!.mean! * 100).toFixed(1)), first!);
      },
      { width: 1024 },
    ));

  for (const width of [1024, 1280, 1920])
    test(`nothing of it scrolls sideways at ${width}, whatever its names`, () =>
      visit(
        '/studies/2',
        async (page) => {
          await verdictOf(page).getByRole('article').first().waitFor();
          const wide = await verdictOf(page).evaluate((region) =>
            [region, ...region.querySelectorAll('*')]
              .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
              .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth} in ${one.clientWidth}`),
          );
          assert.deepEqual(wide, []);
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        },
        { width },
      ));

  test('seeds that are missing are added from the verdict: time and disk told first, then they run', () =>
    visit('/studies/1', async (page) => {
      const add = verdictOf(page).getByRole('button', { name: /^Add \d+ seeds?/ });
      await add.filter({ hasText: /: about .+, .+ [KMG]iB|: about .+, \d+ B/ }).waitFor();
      await add.click();
      const dialog = page.getByRole('dialog', { name: 'Add seeds' });
      await dialog.getByLabel('Number of seeds').fill('0');
      await dialog.getByText('Give a whole number from 1 to 1000').waitFor();
      await dialog.getByLabel('Number of seeds').fill('3');
      await dialog.getByText('2, 3, 4', { exact: true }).waitFor();
      await dialog.getByText('6, 2 at a time').waitFor();
      await dialog.getByRole('button', { name: 'Add and queue' }).click();
      await page.getByText('6 runs queued, seeds 2, 3, 4').waitFor();
      await page.getByText('10 runs finished', { exact: true }).waitFor({ timeout: 30_000 });
      await page.getByText('2 variants × 5 seeds').waitFor();
      await page.waitForFunction(() => document.querySelectorAll('article tr:first-child circle.seed').length === 5);
    }));

  test('a study that runs says how far it is, what is known, and when the rest comes', () =>
    visit('/studies', async (page) => {
      const yaml = studyYaml({ name: 'going', script: 'fake:ms=100', steps: 60, seeds: '[0, 1]' });
      const { studyId } = engine.engine.startStudy(parseStudy(yaml, 'going'), yaml);
      await page.evaluate((to) => (location.hash = to), `#/studies/${studyId}`);
      const line = page.getByRole('status', { name: 'Progress' });
      await line.filter({ hasText: /of 4 runs finished, 2 running, 2 queued/ }).waitFor();
      await line.filter({ hasText: /The rest comes in about .+, at \d\d:\d\d/ }).waitFor();
      await page.getByRole('region', { name: 'Runs' }).getByText('running').first().waitFor();
      assert.equal(await verdictOf(page).getByRole('button', { name: /^Add/ }).count(), 0, 'its own runs come first');
      await line.filter({ hasText: 'Below is what is known so far' }).waitFor({ timeout: 30_000 });
      await page.getByText('4 runs finished', { exact: true }).waitFor({ timeout: 30_000 });
      await line.waitFor({ state: 'detached' });
    }));
});
