/** Pinned curves, runs as points, parallel coordinates and importance beside the table of runs, in a real browser. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('charts and sweeps of the runs of a study', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    const arm = (alpha: number, trust: string) =>
      `a${alpha}-${trust}: {base: full, reward: {alpha: ${alpha}, trust: ${trust}}}`;
    const arms = [0.1, 0.5, 1].flatMap((alpha) => ['exp', 'none'].map((trust) => arm(alpha, trust)));
    await started.client.studies.start.mutate({ yaml: studyYaml({ name: 'swept', variants: `{${arms.join(', ')}}` }) });
    await started.client.studies.start.mutate({ yaml: studyYaml({ name: 'plain', variants: '[grpo]' }) });
    await started.engine.queue.whenIdle();
  });
  const settled = (page: Page, count: number) =>
    page.waitForFunction((n) => document.querySelectorAll('[role="grid"] tbody tr[aria-rowindex]').length === n, count);

  test('curves are pinned and unpinned, panels have axes of choice; the address holds them', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 12);
      const charts = page.getByRole('region', { name: 'Charts' });
      await charts.getByLabel('Pin the curve of a metric').selectOption({ label: 'Outcome reward' });
      await charts.getByRole('region', { name: 'Outcome reward' }).locator('canvas').first().waitFor();
      await charts.getByRole('button', { name: 'x/y panel' }).click();
      const panel = charts.getByRole('region', { name: 'accuracy/test against reward.alpha' });
      await panel.locator('svg.plot circle').first().waitFor();
      assert.equal(await panel.locator('svg.plot circle').count(), 12);
      await panel.getByLabel('Column of the x axis').selectOption('reward.trust');
      const other = charts.getByRole('region', { name: 'accuracy/test against reward.trust' });
      await other.locator('svg.plot circle').first().waitFor();
      assert.match(
        (await other.locator('svg.plot circle title').first().textContent())!,
        /seed \d\ntrust: \w+\nAccuracy test %: /,
      );
      await page.waitForFunction(() => /charts=.*outcome.*panels=.*trust/.test(decodeURIComponent(location.hash)));
      assert.deepEqual(await seriousFaults(page), []);
      // A variant that is hidden is hidden in curves and among points.
      await charts
        .getByRole('button', { name: /a0\.1-exp/ })
        .first()
        .click();
      await page.waitForFunction(() => document.querySelectorAll('svg.plot circle').length === 10);
      await page.getByLabel('Filter', { exact: true }).fill('alpha = 1');
      await settled(page, 4);
      await page.waitForFunction(() => document.querySelectorAll('svg.plot circle').length === 4);
      await other.getByRole('button', { name: /^Remove / }).click();
      await charts.getByRole('button', { name: 'Unpin Outcome reward' }).click();
      await charts.getByText('Pin the curves that matter').waitFor();
    }));

  test('a sweep is brushed by dragging and by keys, and the table has the runs that are left', () =>
    visit('/studies/1/runs', async (page) => {
      await settled(page, 12);
      const sweep = page.getByRole('region', { name: 'Sweep' });
      await sweep.getByLabel('Column of the sweep').selectOption('accuracy/test');
      const axes = sweep.getByRole('group', { name: /^Runs along their settings/ });
      await axes.locator('path').first().waitFor({ state: 'attached' });
      assert.equal(await axes.locator('path').count(), 12);
      assert.deepEqual(await seriousFaults(page), []);
      const low = axes.getByRole('slider', { name: 'Least alpha' });
      await low.focus();
      await page.keyboard.press('ArrowUp');
      await settled(page, 8);
      await sweep.getByRole('button', { name: /^alpha 0\.\d+ and more/ }).waitFor();
      assert.equal(await axes.locator('path.outside').count(), 4);
      await page.keyboard.press('Home');
      await settled(page, 12);
      const place = (await axes.locator('.drag').first().boundingBox())!;
      const x = place.x + place.width / 2;
      await page.mouse.move(x, place.y + place.height - 1);
      await page.mouse.down();
      await page.mouse.move(x, place.y + place.height * 0.5, { steps: 3 });
      await page.mouse.up();
      await settled(page, 4);
      assert.match(decodeURIComponent(page.url()), /brushes=reward\.alpha/);
      await sweep.getByRole('button', { name: /^alpha .* ✕$/ }).click();
      await settled(page, 12);
      await axes.getByRole('button', { name: 'none', exact: true }).click();
      await settled(page, 6);
      assert.equal(await page.getByLabel('Filter', { exact: true }).inputValue(), 'reward.trust = "none"');
    }));

  test('importance is what the engine computes, for the runs that are shown, with its caveat', () =>
    visit('/studies/1/runs?sweep=accuracy%2Ftest', async (page) => {
      const region = page.getByRole('region', { name: 'Importance of settings' });
      await region.getByText(/^Least squares over 12 runs, R²/).waitFor();
      const said = await engine.client.runs.importance.query({ studyId: 1, target: 'accuracy/test' });
      const rows = region.locator('tbody tr');
      assert.equal(await rows.count(), said.settings.length);
      const [first] = said.settings;
      assert.ok((await rows.first().textContent())!.includes(first!.column));
      assert.ok((await rows.first().textContent())!.includes(first!.share.toFixed(2)));
      await region.getByText(/none is shown to be a cause/).waitFor();
      await page.getByLabel('Filter', { exact: true }).fill('trust = none');
      await region.getByText(/^Least squares over 6 runs/).waitFor();
      await region.getByText('Not ranked, since these runs all have one value: Trust (reward.trust).').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('runs that differ in the seed alone have no sweep', () =>
    visit('/studies/2/runs?sweep=accuracy%2Ftest', (page) =>
      page.getByText('The runs of this study do not differ in any setting but the seed.').waitFor(),
    ));
});
