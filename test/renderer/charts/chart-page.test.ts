/** Charts in a real browser: zoom, raw points, keyboard, axes, figures. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const STEPS = 60;

describe('charts', { skip }, () => {
  let started: TestEngine;
  /** The outcome rewards of the first variant's two runs. */
  const fetchSeries = async () => {
    const { cells, study } = await started.client.studies.get.query({ id: 1 });
    const runIds = cells.filter((cell) => cell.variant === study.plan.baseline).map((cell) => cell.id);
    return started.client.runs.series.query({ runIds, metric: 'rewards/outcome/mean', maxPoints: 4000 });
  };
  const visitPage = pageSuite(async (engine) => {
    started = engine;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'curves', steps: STEPS }) });
    await engine.engine.queue.whenIdle();
  });
  const visit = (body: (page: Page) => Promise<unknown>) => visitPage('/compare?study=1', body);
  const card = (page: Page) => page.locator('section[aria-label="Outcome reward"]');

  /** Drags over the right half of the chart. */
  async function zoom(page: Page): Promise<void> {
    const box = (await card(page).locator('.u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + 20, { steps: 5 });
    await page.mouse.up();
  }

  test('a drag zooms all charts of the page; one button shows all again', () =>
    visit(async (page) => {
      await card(page).locator('.u-over').waitFor();
      assert.equal(((await card(page).locator('.at').textContent()) ?? '').trim(), ''); // nothing is left out
      await zoom(page);
      await card(page).getByRole('button', { name: 'show all' }).waitFor();
      // Also a chart that is made only now, when it comes near the screen.
      const late = page.locator('section[aria-label="Gradient norm"]');
      await late.scrollIntoViewIfNeeded();
      await late.getByRole('button', { name: 'show all' }).waitFor();
      await page.locator('section[aria-label="Total reward"]').getByRole('button', { name: 'show all' }).waitFor();
      // Pressed where the chart itself may not be drawn yet: its card has only come near the screen again.
      await card(page).getByRole('button', { name: 'show all' }).click();
      await page.getByRole('button', { name: 'show all' }).first().waitFor({ state: 'detached' });
      // A part of the steps is none of the seconds.
      await zoom(page);
      await card(page).getByRole('button', { name: 'show all' }).waitFor();
      await page.getByLabel('X axis').selectOption('wall time');
      await page.getByRole('button', { name: 'show all' }).first().waitFor({ state: 'detached' });
    }));

  test('where points were left out a zoom brings all of its part', () =>
    visit(async (page) => {
      // The real server, asked for fewer points than the page would.
      await page.route(/runs\.series/, (route) =>
        route.continue({ url: route.request().url().replaceAll('%22maxPoints%22%3A4000', '%22maxPoints%22%3A40') }),
      );
      await page.reload();
      const text = async () => (await card(page).locator('.at').textContent()) ?? '';
      await card(page)
        .getByText(`of ${STEPS * 4}`)
        .waitFor();
      const [drawn] = /\d+/.exec(await text())!;
      assert.ok(Number(drawn) < STEPS * 4, await text());
      const answer = page.waitForResponse((one) => /runs\.series/.test(one.url()) && /5000/.test(one.url()));
      await zoom(page);
      await answer;
      await page.mouse.move(5, 5);
      await page.waitForFunction(() => {
        const note = document.querySelector('section[aria-label="Outcome reward"] .at')?.textContent ?? '';
        return Number(/^(\d+) points in view/.exec(note)?.[1] ?? 0) >= 4 * 24;
      });
    }));

  test('by keyboard: the arrows read values, + zooms, 0 shows all', () =>
    visit(async (page) => {
      await card(page).locator('.chart canvas').waitFor();
      await card(page).locator('.chart').focus();
      for (const key of ['End', 'ArrowLeft']) await page.keyboard.press(key);
      await card(page)
        .getByText(`step ${STEPS - 1}`, { exact: true })
        .waitFor();
      await page.keyboard.press('+');
      await card(page).getByRole('button', { name: 'show all' }).waitFor();
      await page.keyboard.press('0');
      await card(page).getByRole('button', { name: 'show all' }).waitFor({ state: 'detached' });
    }));

  test('a part in view is moved by Shift and a drag, by Shift and the arrows, by a sideways wheel, in all charts alike', () =>
    visit(async (page) => {
      const plot = card(page).locator('.u-over');
      await plot.waitFor();
      await zoom(page);
      await card(page).getByRole('button', { name: 'show all' }).waitFor();
      const box = (await plot.boundingBox())!;
      /** The step under a place of a chart, as the chart reads it. */
      const stepAt = async (name: string, share: number): Promise<number> => {
        const over = (await page.locator(`section[aria-label="${name}"] .u-over`).boundingBox())!;
        await page.mouse.move(over.x + over.width * share, over.y + 15);
        await page.mouse.move(over.x + over.width * share, over.y + 16);
        const told = page.locator(`section[aria-label="${name}"] .at`, { hasText: /step \d/ });
        return Number(/\d+/.exec((await told.textContent()) ?? '')?.[0]);
      };
      const settled = async (name: string, is: (step: number) => boolean): Promise<number> => {
        for (let i = 0; i < 100; i++) {
          const step = await stepAt(name, 0.5);
          if (is(step)) return step;
          await page.waitForTimeout(50);
        }
        throw new Error(`${name} is at step ${await stepAt(name, 0.5)}`);
      };
      const first = await stepAt('Outcome reward', 0.5);
      await page.keyboard.down('Shift');
      await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 6 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
      const dragged = await settled('Outcome reward', (step) => step < first - 5);
      await settled('Total reward', (step) => step === dragged);
      await card(page).locator('.chart').focus();
      await page.keyboard.press('Shift+ArrowRight');
      const keyed = await settled('Outcome reward', (step) => step > dragged);
      await page.mouse.wheel(-60, 0);
      const wheeled = await settled('Total reward', (step) => step < keyed);
      // The wheel with Ctrl, which is what two fingers on a touch pad come as, zooms out until all is in view.
      await page.keyboard.down('Control');
      for (let i = 0; i < 6; i++) {
        await page.mouse.wheel(0, 300);
        await page.waitForTimeout(50);
      }
      await page.keyboard.up('Control');
      await card(page).getByRole('button', { name: 'show all' }).waitFor({ state: 'detached' });
      assert.ok(wheeled > 0);
    }));

  test('a drag between two steps shows both: there is nothing between them', () =>
    visit(async (page) => {
      const plot = card(page).locator('.u-over');
      await plot.waitFor();
      const box = (await plot.boundingBox())!;
      for (let i = 0; i < 12; i++) {
        await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 3 });
        await page.mouse.up();
        await page.waitForTimeout(30);
      }
      const told = await card(page).locator('.at').textContent();
      await page.mouse.move(box.x + box.width * 0.01, box.y + 16);
      const [left] = /\d+/.exec((await card(page).locator('.at').textContent()) ?? '') ?? [];
      await page.mouse.move(box.x + box.width * 0.99, box.y + 16);
      const [right] = /\d+/.exec((await card(page).locator('.at').textContent()) ?? '') ?? [];
      assert.equal(Number(right) - Number(left), 1, `${left} to ${right}; ${told}`);
    }));

  test('other axes and bands are kept over a reload, and change no figure of a step', () =>
    visit(async (page) => {
      const reading = async () => (await card(page).locator('.value').first().textContent()) ?? '';
      await page.getByLabel('Band over seeds').selectOption('none');
      await card(page).locator('.chart canvas').waitFor();
      const before = await reading();
      await page.getByLabel('X axis').selectOption('wall time');
      await card(page).locator('.chart[aria-label$="wall time"]').waitFor();
      await page.waitForFunction(
        (text) => document.querySelector('section[aria-label="Outcome reward"] .value')?.textContent === text,
        before,
      );
      await page.getByLabel('Log x').check();
      await page.getByLabel('Log y').check();
      await page.getByLabel('Ignore outliers').check();
      await page.reload();
      assert.equal(await page.getByLabel('X axis').inputValue(), 'wall time');
      assert.equal(await page.getByLabel('Ignore outliers').isChecked(), true);
      await card(page).locator('.chart canvas').waitFor();
    }));

  test('hiding an arm changes no figure of another', () =>
    visit(async (page) => {
      await card(page).locator('.chart canvas').waitFor();
      const labels = card(page).locator('.labels li');
      await labels.nth(1).waitFor();
      const read = async () =>
        Object.fromEntries(
          await labels.evaluateAll((all) =>
            all.map((one) => [one.getAttribute('title')!, one.querySelector('.value')!.textContent!]),
          ),
        );
      const both = await read();
      assert.equal(Object.keys(both).length, 2);
      await page.locator('.legend button').first().click();
      await page.locator('.legend button[aria-pressed="false"]').waitFor();
      await labels.nth(1).waitFor({ state: 'detached' });
      const one = await read();
      assert.deepEqual(one, Object.fromEntries(Object.entries(both).filter(([title]) => title in one)));
      assert.equal(Object.keys(one).length, 1);
    }));

  test('one legend names the lines of all charts; each line has its name and the mean of its last steps at its end', () =>
    visit(async (page) => {
      await card(page).locator('.labels li').nth(1).waitFor();
      assert.equal(await page.locator('.legend').count(), 1);
      assert.equal(await page.locator('.legend button svg line').count(), 2);
      const titles = await page.locator('section.card h3').allTextContents();
      assert.match(titles[0]!, /^test split/, 'held-out questions come first');
      await page.getByRole('heading', { name: /^(Accuracy|Outcome reward ≥ 0.5) on held-out questions/ }).waitFor();
      const total = titles.indexOf('Total reward');
      assert.ok(titles.indexOf('Outcome reward') < total, 'what a thinking reward raises by construction is not first');
      const runs = await fetchSeries();
      const ends = runs.map(({ values }) => values.slice(-20).reduce<number>((sum, value) => sum + value!, 0) / 20);
      const mean = (ends[0]! + ends[1]!) / 2;
      const label = card(page).locator('.labels li', { hasText: 'GRPO' }).first();
      assert.match((await label.textContent())!, new RegExp(mean.toFixed(3)));
      assert.match((await label.getAttribute('title'))!, /± \d\.\d{3}, n = 2 \(mean of the last 20 steps/);
    }));

  test('a chart is saved as SVG, PNG and PDF', () =>
    visit(async (page) => {
      const begins = { SVG: '<svg', PNG: '\x89PNG', PDF: '%PDF' };
      for (const [format, beginning] of Object.entries(begins)) {
        await card(page).getByRole('button', { name: 'Save the figure Outcome reward' }).click();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: `Figure as ${format}` }).click(),
        ]);
        assert.equal(download.suggestedFilename(), `Outcome-reward.${format.toLowerCase()}`);
        const file = readFileSync(await download.path(), 'latin1');
        assert.ok(file.startsWith(beginning), file.slice(0, 20));
        if (format === 'SVG')
          assert.ok(/full \(SophiaVL-R1\)/.test(file) && !/var\(--/.test(file), 'it stands by itself');
      }
    }));
});
