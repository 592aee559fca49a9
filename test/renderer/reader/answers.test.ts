/** A run's answers at two steps: counts, the pairs with their differences, the choice in the address. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleEvaluation, startedRun } from '../../store/helpers.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('answers at two steps', { skip }, () => {
  let runId = 0;
  const visit = pageSuite((engine) => {
    const { store } = engine.engine;
    const started = startedRun(store);
    ({ runId } = started);
    const at = (step: number, right: number) => {
      const event = sampleEvaluation(step, 'chart-test', right, 40);
      const results = event.results.map((result, i) => ({
        ...result,
        text: i < right ? `it is ${i}` : '<b>no idea</b>',
      }));
      store.recordEvent(runId, started.attempt, { ...event, results });
    };
    at(0, 5);
    at(10, 35);
    at(20, 30);
  });

  test('first against last are shown first; other steps and kinds are a choice away', () =>
    visit(`/runs/${runId}?tab=answers`, async (page) => {
      await page
        .getByText(
          '40 questions: right 12.5 % → 75.0 %. 5 right in both, 25 wrong → right, 0 right → wrong, 10 wrong in both',
        )
        .waitFor();
      const pairs = page.getByRole('listitem').filter({ hasText: 'chart-test/' });
      assert.equal(await pairs.count(), 20);
      assert.match((await pairs.first().textContent())!, /✕ wrong.*<b>no idea<\/b>.*✓ right.*it is 5/s);
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText('chart-test/29').waitFor();
      assert.equal(await pairs.count(), 25);
      await page.getByLabel('From step').selectOption('10');
      await page.getByText('30 right in both, 0 wrong → right, 5 right → wrong').waitFor();
      await page.getByText('chart-test/34').waitFor(); // nothing was gained, so what was lost is shown
      assert.equal(await page.getByRole('button', { name: 'right → wrong 5' }).getAttribute('aria-pressed'), 'true');
      await page.getByRole('button', { name: 'wrong → right 0' }).click();
      await page.getByText('No question of this kind').waitFor();
      assert.match(page.url(), /from=10/);
    }));
});
