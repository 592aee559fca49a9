/** No figure stands under a heading that it does not belong to: another run, another step, a setting that is none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, openPage } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('figures and what they belong to', { skip }, () => {
  let engine: TestEngine;
  let browser: Browser;
  const run = async (name: string) => {
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name, steps: 6, variants: '[full]' }) });
    await engine.engine.queue.whenIdle();
  };
  const visit = pageSuite(async (started, opened) => {
    engine = started;
    browser = opened;
    await run('first');
  });

  for (const to of ['what-if', 'rollouts'])
    test(`${to}: the run that was shown stays when another one ends`, () =>
      visit(`/${to}`, async (page) => {
        const shown = page.getByRole('combobox', { name: 'Run' });
        await page.waitForURL(/run=\d/);
        const before = [page.url(), await shown.inputValue()];
        assert.match(before[1]!, / full /);
        await run(`after-${to}`);
        await page.getByRole('button', { name: 'Show runs' }).click();
        await page.getByText(`after-${to}`, { exact: true }).waitFor(); // the page knows of the new run
        await page.keyboard.press('Escape');
        assert.deepEqual([page.url(), await shown.inputValue()], before);
      }));

  test('what if: a weight out of range is refused in words, and no figure is shown for it', () =>
    visit('/what-if?run=1', async (page) => {
      await page.getByText('reproduce the logged advantages').waitFor();
      const alpha = page.getByRole('spinbutton', { name: 'Weight' });
      await alpha.fill('-1');
      await alpha.blur();
      await page
        .getByRole('alert')
        .filter({ hasText: 'reward.alpha = -1 is not allowed: a number from 0 to 10' })
        .waitFor();
      assert.equal(await page.getByText('Mean reward, logged and new').count(), 0);
      await alpha.fill('1');
      await alpha.blur();
      await page.getByText('Mean reward, logged and new').waitFor();
    }));

  for (const [to, name, shown] of [
    ['rollouts', 'responses.step', 'article'],
    ['what-if', 'whatIf.step', 'table'],
  ] as const)
    test(`${to}: where a step cannot be read, those of the step before are gone`, async () => {
      const { page } = await openPage(browser, engine.pageUrl, `/${to}?run=1&step=2`);
      await page.getByRole(shown).first().waitFor();
      await page.route(new RegExp(name.replace('.', '\\.')), (asked) => asked.abort());
      await page.getByRole('spinbutton', { name: /^step/ }).fill('3');
      await page.keyboard.press('Enter');
      await page.waitForURL(/step=3/);
      await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
      assert.equal(await page.getByRole(shown).count(), 0);
      await page.context().close();
    });
});
