/** What a newcomer meets: the card of the first start, symbols that explain themselves, a form that says what is wrong where it is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine, testEngine } from '../../setup/with-engine.ts';
import { browserProblem, openBrowser, openPage, seriousFaults, visitor } from '../browser.ts';

const skip = await browserProblem();

describe('a newcomer', { skip }, () => {
  let browser: Browser;
  let engine: TestEngine;
  before(async () => {
    browser = await openBrowser();
    engine = await testEngine();
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'first', variants: '[grpo, full]' }) });
    await engine.engine.queue.whenIdle();
  });
  after(async () => {
    await browser?.close();
    await engine?.end();
  });
  const visit = visitor(() => ({ browser, pageUrl: engine.pageUrl }));

  test('the palette finds gamma and leads to its entry; every entry has its formula drawn', () =>
    visit('/studies', async (page) => {
      await page.getByText('first').first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Search commands, studies, runs').fill('gamma');
      await page.getByRole('option', { name: /^γ, trust/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/glossary\?term=gamma/);
      const entry = page.getByRole('region', { name: 'gamma' });
      await entry.getByText('trust: how far the thinking rewards of a group count').waitFor();
      await entry.locator('.katex').first().waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('a symbol on Rollouts opens its entry by keys alone, Escape gives the focus back', () =>
    visit('/rollouts?run=3&step=2', async (page) => {
      const symbol = page
        .getByRole('region', { name: /^Question/ })
        .first()
        .getByRole('button', { name: 'γ' });
      await symbol.waitFor();
      await symbol.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Meaning of the symbol' });
      await dialog.getByText('Range: 0.37 to 1').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'γ');
    }));

  test('symbols stand on curves, settings and the search of responses', async () => {
    for (const [to, region, name] of [
      ['/runs/3', 'Trust weight gamma', 'γ'],
      ['/rollouts?run=3&mode=search', null, /^R o$/],
      ['/compare?runs=1,3', 'Outcome reward', /^R o$/],
    ] as const)
      await visit(to, async (page) => {
        const within = region === null ? page : page.getByRole('region', { name: region, exact: true });
        await within.getByRole('button', { name, exact: true }).first().click();
        await page.getByRole('dialog', { name: 'Meaning of the symbol' }).waitFor();
      });
  });

  test('2 x 2 of trust and annealing is one button', () =>
    visit('/new', async (page) => {
      await page.getByRole('button', { name: '2 × 2 of trust and annealing' }).click();
      await page.getByRole('button', { name: 'Start 15 runs' }).waitFor(); // GRPO stays as the baseline
      const yaml = await page.getByLabel('Study as YAML').inputValue();
      assert.match(yaml, /wo-trust-and-annealing, wo-trust, wo-annealing, full/);
      assert.match(yaml, /full - wo-trust, full - wo-annealing/);
      const guard = page.getByRole('region', { name: 'Purity guard' });
      const trust = guard.getByRole('row').filter({ hasText: 'reward.trust' });
      await trust.waitFor();
      assert.equal(await trust.getByRole('cell').nth(1).textContent(), '–', 'GRPO has no trust');
    }));

  test('levels are words, names can be changed, what repeats a built-in variant is told and not started', () =>
    visit('/new', async (page) => {
      await page.getByText('Build variants from factors').click();
      await page.getByLabel('Factor 1').selectOption('reward.trust');
      await page.getByLabel('Levels of Trust').fill('on, off');
      await page.getByRole('button', { name: 'Add 2 variants' }).click();
      const fault = page.getByRole('region', { name: 'Variants' }).getByText('full-trust-on trains exactly as full');
      await fault.waitFor();
      assert.equal(await page.getByRole('button', { name: /^Start/ }).isDisabled(), true);
      await page.getByText('the same as the built-in wo-trust').waitFor();
      await page.getByRole('button', { name: 'Remove duplicates' }).click();
      await fault.waitFor({ state: 'detached' });
      const name = page.getByLabel('Name of the variant full-trust-off');
      await name.fill('distrust-off');
      await name.press('Tab');
      await page.getByRole('button', { name: 'Start 9 runs' }).waitFor();
      assert.match(await page.getByLabel('Study as YAML').inputValue(), /distrust-off/);
    }));

  test('a wrong field is marked where it is, in its own words; a taken name is not changed in silence', () =>
    visit('/new', async (page) => {
      const seeds = page.getByLabel('Seeds', { exact: true });
      await seeds.fill('0, a');
      await seeds.press('Tab');
      await page.locator('#fault-seeds').getByText('Seeds: "a": expected a whole number').waitFor();
      assert.equal(await seeds.getAttribute('aria-invalid'), 'true');
      await seeds.fill('0');
      await seeds.press('Tab');
      await page.locator('#fault-seeds').waitFor({ state: 'detached' });
      await page.getByText('Training', { exact: true }).click();
      const rate = page.getByLabel('Learning rate', { exact: true });
      await rate.fill('7');
      await rate.press('Tab');
      await page.getByText('Learning rate: 7 is not allowed: a number from 0 to 1.').first().waitFor();
      await rate.fill('0.1');
      await rate.press('Tab');
      const name = page.getByLabel('Name', { exact: true });
      await name.fill('first');
      await page.locator('#fault-name').getByText('another study is called first').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Start/ }).isDisabled(), true);
      await page.getByRole('button', { name: 'Use first-2 instead' }).click();
      await page.waitForFunction(() =>
        document.querySelector<HTMLTextAreaElement>('[aria-label="Study as YAML"]')?.value.includes('name: first-2'),
      );
      assert.deepEqual(await seriousFaults(page), []);
    }));
});

describe('a first start', { skip }, () => {
  test('the card tells what trust and annealing are, does the arithmetic of a group that has just been made, and leads on', async () => {
    const browser = await openBrowser();
    const engine = await testEngine();
    try {
      // The example by the fake trainer: what the page shows comes from its live events.
      const yaml = studyYaml({ name: 'example', script: 'fake:ms=100', steps: 60, seeds: '[0]' });
      const { studyId } = engine.engine.startStudy(
        (await import('../../../src/shared/study/study.ts')).parseStudy(yaml, 'test'),
        yaml,
      );
      const status = engine.engine.status.bind(engine.engine);
      engine.engine.status = () => ({ ...status(), exampleStudyId: studyId });
      const { page, complaints } = await openPage(browser, engine.pageUrl, '/studies');
      const card = page.getByRole('region', { name: 'New here?' });
      await card.getByText('Trust').first().waitFor();
      await card.getByText(/A group of the example, step/).waitFor({ timeout: 60_000 });
      const sum = (await card.getByRole('listitem').nth(1).textContent())!.replaceAll(/\s+/g, ' ');
      const [outcome, gamma, alpha, decay, thinking, total] = [...sum.matchAll(/\d+\.\d+/g)].map(([text]) =>
        Number(text),
      ) as [number, number, number, number, number, number];
      assert.ok(Math.abs(outcome + gamma * alpha * decay * thinking - total) < 0.02, sum);
      assert.deepEqual(await seriousFaults(page), []);
      assert.deepEqual(complaints, []);
      await card.getByRole('link', { name: 'What the symbols mean' }).click();
      await page.getByRole('heading', { name: 'Symbols' }).waitFor();
      await page.goBack();
      await card.getByRole('button', { name: 'Your first study' }).click();
      await page.getByText('6 runs, 360 steps').waitFor(); // the short example's, not the paper's 1,500 steps a run
      await page.goBack();
      await page.getByRole('button', { name: 'Hide this card' }).click();
      await page.reload();
      await page.getByText('example').first().waitFor();
      assert.equal(await page.getByText('New here?').count(), 0);
    } finally {
      await browser.close();
      await engine.end();
    }
  });
});
