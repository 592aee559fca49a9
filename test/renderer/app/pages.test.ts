import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('pages over a finished study', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'done', steps: 12, variants: '[grpo, wo-trust, full]' }),
    });
    await engine.engine.queue.whenIdle();
  });

  test('a run: curves in sections, steps, events, settings, rename', () =>
    visit('/runs/1', async (page) => {
      await page.locator('section[aria-label="Outcome reward"] canvas').waitFor();
      await page.getByRole('tab', { name: 'Steps' }).click();
      await page.locator('.body .row').first().getByText('12', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'Events' }).click();
      const events = page.getByRole('grid', { name: 'Events' });
      await events
        .getByRole('gridcell', { name: 'finished', exact: true })
        .or(events.getByRole('cell', { name: 'finished', exact: true }))
        .first()
        .click();
      await page
        .getByRole('status')
        .getByText(/^finished after/)
        .waitFor();
      await page.getByRole('tab', { name: 'Settings and environment' }).click();
      await page.getByText('training.totalSteps').waitFor();
      await page.reload();
      await page.getByText('training.totalSteps').waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await page.getByRole('textbox', { name: 'Rename the run' }).fill('my-best-run');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'my-best-run' }).waitFor();
    }));

  test('only curves on or near the screen are asked for, the others when they come near', () =>
    visit('/compare', async (page) => {
      const asked = new Set<string>();
      page.on('request', (request) => {
        const metric = /"metric":"([^"]+)"/.exec(decodeURIComponent(request.url()));
        if (metric !== null) asked.add(metric[1]!);
      });
      await page.reload();
      const cards = page.locator('section[aria-label="Outcome reward"], section[aria-label="Gradient norm"]');
      await cards.first().locator('canvas').waitFor();
      await page.waitForTimeout(1000); // one after the other they would all have been asked for by now
      assert.equal(asked.has('rewards/outcome/mean'), true);
      assert.equal(asked.has('grad_norm'), false);
      await cards.last().scrollIntoViewIfNeeded();
      await cards.last().locator('canvas').waitFor();
      assert.equal(asked.has('grad_norm'), true);
    }));

  test('rollouts: groups of a step with picture and numbers; a thinking checked against its scene', () =>
    visit('/rollouts?run=6&step=5', async (page) => {
      await page
        .getByRole('img', { name: /Picture of question/ })
        .first()
        .waitFor();
      const logged = await engine.client.responses.step.query({ runId: 6, step: 5 });
      const alike = new Set(logged.map((row) => `${row.group} ${row.text} ${row.outcomeReward} ${row.thinkingReward}`));
      assert.equal(logged.length, 8);
      assert.equal(await page.getByRole('article').count(), alike.size); // those alike stand on one card
      await page.getByText(logged[0]!.gamma!.toFixed(3)).first().waitFor();
      await page.getByRole('button', { name: 'check thinking' }).first().click();
      await page.getByText('Rubric score').waitFor();
      await page.getByRole('button', { name: 'Step after' }).click();
      await page.waitForURL(/step=6/);
    }));

  test('rollouts are found by words and filters, and lead to their group', () =>
    visit('/rollouts?run=6&mode=search', async (page) => {
      await page.getByRole('button', { name: 'Wrong answer, high thinking' }).click();
      await page.waitForURL(/filter=wrong-high/);
      const found = await engine.client.responses.page.query({
        filter: { runIds: [6], exact: false, thinkingAbove: 0.6 },
      });
      await page.getByText(`${found.total} found`).waitFor();
      await page.getByRole('searchbox').fill('zzzz');
      await page.getByText('Nothing found').waitFor();
      await page.getByRole('searchbox').fill('answer');
      await page.locator('tbody a').first().click();
      await page.getByRole('article').first().waitFor();
    }));

  test('compare: curves by variant, effects, settings that differ, the same question', () =>
    visit('/compare?study=1', async (page) => {
      await page.locator('section[aria-label="Outcome reward"] canvas').waitFor();
      await page.getByRole('tab', { name: 'Effects' }).click();
      await page
        .getByRole('img', { name: /Difference of each variant to GRPO/ })
        .locator('svg')
        .waitFor();
      await page.getByText('Too few seeds (n = 2)').waitFor();
      await page.getByText('This study lacks at least one').waitFor();
      const { rows } = await engine.client.tables.get.query({ id: 1 });
      const { difference } = rows[2]!.cells.at(-1)!.versus!;
      const numbers = page
        .getByRole('region', { name: 'Effects against the baseline' })
        .getByRole('row', { name: /^full/ });
      const told = Math.abs(difference * 100).toFixed(1);
      await numbers.getByText(told).first().waitFor();
      await page.getByRole('combobox', { name: /^Baseline/ }).selectOption('full');
      await page.getByRole('heading', { name: 'Against full (SophiaVL-R1)' }).waitFor();
      await page.getByRole('tab', { name: 'Different settings' }).click();
      await page.getByRole('rowheader', { name: 'reward.trust' }).waitFor();
      const trust = page.getByRole('row', { name: /^reward\.trust/ }).locator('td');
      assert.deepEqual(await trust.allTextContents(), ['–', 'off', 'exp'], 'GRPO has nothing to trust');
      await page.getByText('Nothing else differs: the same code and backend').waitFor();
      await page.getByRole('tab', { name: 'Same question' }).click();
      await page.getByRole('article').nth(2).waitFor();
    }));

  test('what if: without trust gamma is 1; own settings reproduce the log', () =>
    visit('/what-if?run=6', async (page) => {
      await page.getByText('reproduce the logged advantages').waitFor();
      await page.getByLabel('Trust', { exact: true }).selectOption('none');
      await page.waitForURL(/trust=none/);
      await page.getByText(/→ 1\.000/).waitFor();
      await page.getByText('This does not re-train').waitFor();
    }));

  test('tables: other decoding and baseline; published figures stand apart', () =>
    visit('/tables', async (page) => {
      await page.getByRole('region', { name: 'Results' }).getByText('±').first().waitFor();
      await page.getByLabel('Baseline').selectOption('full');
      await page.getByText('Differences are to full (SophiaVL-R1)').waitFor();
      const published = page.getByRole('region', { name: 'Published figures', exact: true });
      await published.getByText('measured on none of them').waitFor();
      assert.equal(await published.getByText('71.3').isVisible(), false);
      await published.getByText("Show the paper's figures").click();
      await published.getByText('71.3').waitFor();
      await page.getByRole('button', { name: 'Save the published figures' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'CSV' }).click(),
      ]);
      assert.equal(download.suggestedFilename(), 'published-figures.csv');
      assert.match(readFileSync(await download.path(), 'utf8'), /71\.3[\s\S]*not measured here/);
    }));

  test('tables: metrics of training over the last steps, chosen, in the address, saved', () =>
    visit('/tables', async (page) => {
      const metrics = page.getByRole('region', { name: 'Metrics of training' });
      await metrics.getByRole('columnheader', { name: 'Outcome reward' }).waitFor();
      await metrics.getByText('Mean over the last 20 steps').waitFor();
      await metrics.getByRole('button', { name: 'Metrics: 4 of' }).click();
      await page.getByRole('checkbox', { name: 'Gradient norm' }).check();
      await page.keyboard.press('Escape');
      await metrics.getByRole('columnheader', { name: 'Gradient norm' }).waitFor();
      await metrics.getByLabel('mean of the last').fill('3');
      await page.keyboard.press('Tab');
      await metrics.getByText('Mean over the last 3 steps').waitFor();
      assert.match(page.url(), /metrics=.*grad_norm.*last=3/);
      await metrics.getByRole('button', { name: 'Save the metrics' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'LaTeX', exact: true }).click(),
      ]);
      assert.equal(download.suggestedFilename(), 'done-training.tex');
      assert.match(readFileSync(await download.path(), 'utf8'), /Gradient(\\\\| )norm/); // a head of two lines
    }));

  test('new study: form and YAML edit each other, faults are told, the start leads to it', () =>
    visit('/new', async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('from-the-form');
      await page.getByRole('checkbox', { name: /^wo-trust Annealing only/ }).check();
      const yaml = page.getByLabel('Study as YAML');
      await page.waitForFunction(() =>
        document.querySelector<HTMLTextAreaElement>('[aria-label="Study as YAML"]')?.value.includes('wo-trust'),
      );
      assert.match(await yaml.inputValue(), /name: from-the-form/);
      await yaml.fill((await yaml.inputValue()).replace('wo-trust', 'wo-trsut'));
      await page.locator('#fault-variants').getByText('Did you mean "wo-trust"?').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Start/ }).isDisabled(), true);
      const seeds = page.getByLabel('Seeds', { exact: true });
      for (const [typed, answer] of [
        ['0, x', /Seeds: "x": expected a whole number/],
        ['1.5', /Seeds: 1\.5: /],
        ['', /Seeds is empty/],
      ] as const) {
        await seeds.fill(typed);
        await seeds.blur();
        await page.getByRole('alert').filter({ hasText: answer }).waitFor();
        assert.equal(await seeds.inputValue(), typed);
      }
      await yaml.fill(
        'name: from-the-form\nvariants: [grpo, full]\nseeds: [7]\nsettings:\n  model: { policy: fake }\n  training: { totalSteps: 2 }\n',
      );
      const guard = page.getByRole('region', { name: 'Purity guard' });
      await guard.getByText('reward.thinking').first().waitFor();
      await guard.getByText('code: Sophia Lab').waitFor();
      await guard.getByRole('button', { name: 'Declare these as factors' }).click();
      await page.waitForFunction(() =>
        /factors: \[ ?reward\.thinking ?\]/.test(
          document.querySelector<HTMLTextAreaElement>('[aria-label="Study as YAML"]')?.value ?? '',
        ),
      );
      await page.getByRole('region', { name: 'Estimate' }).getByText('Estimated from earlier runs').waitFor();
      const pure = await yaml.inputValue();
      await yaml.fill(pure.replace('full ]', 'full, { mine: { base: full, loss: { beta: 0 } } } ]'));
      await page.getByText('the variants also differ in loss.beta').waitFor();
      await yaml.fill(pure);
      await page.getByRole('button', { name: 'Start 2 runs' }).click();
      await page.getByRole('heading', { name: 'from-the-form' }).waitFor();
    }));

  test('new study: factors x levels become arms', () =>
    visit('/new', async (page) => {
      for (const one of ['GRPO', 'full'])
        await page.getByRole('checkbox', { name: new RegExp(`^${one}\\b`) }).uncheck();
      await page.getByText('Build variants from factors').click();
      await page.getByLabel('Levels of Weight of the thinking reward').fill('0.1, 20');
      await page.getByText('Not all of these are valid').waitFor();
      await page.getByLabel('Levels of Weight of the thinking reward').fill('0.1, 1');
      await page.getByRole('button', { name: 'Factor', exact: true }).click();
      await page.getByRole('button', { name: 'Add 4 variants' }).click();
      await page.getByText('Factors: reward.alpha, reward.trust').waitFor();
      await page.getByRole('button', { name: 'Start 12 runs' }).waitFor();
    }));

  test('the keyboard reaches everything: palette, letters, sheet', () =>
    visit('/studies', async (page) => {
      await page.getByRole('link', { name: 'done' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Search commands, studies, runs').fill('wo-trust seed 1');
      await page.getByText('done, wo-trust, seed 1').waitFor();
      await page.getByText('done, grpo, seed 0').waitFor({ state: 'detached' });
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/runs\/4$/);
      await page.getByPlaceholder('Search commands, studies, runs').waitFor({ state: 'detached' }); // it takes keys till then
      await page.keyboard.press('g');
      await page.keyboard.press('t');
      await page.waitForURL(/#\/tables/);
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
    }));
});
