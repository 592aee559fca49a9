/** Answers of any two checkpoints at the page: chosen, generated while one looks, compared, read at full width, found again by the address. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answeringRuns } from '../../setup/answering-run.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('answers of checkpoints', { skip }, () => {
  let [first, second] = [0, 0];
  const visit = pageSuite(({ engine: { store } }) => {
    [first, second] = answeringRuns(store);
  });

  test('what is missing is generated on a press, and then both answers stand side by side', () =>
    visit(`/runs/${first}?tab=answers`, async (page) => {
      await page.getByRole('radio', { name: 'Any two checkpoints' }).click();
      await page.getByLabel('Questions of').selectOption('shortcut-no-cue');
      await page.getByLabel('Number of questions').fill('50');
      await page.getByLabel('Number of questions').press('Enter');
      await page.getByText('100 answers missing').waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Generate answers' }).click();
      await page.getByRole('button', { name: 'Stop' }).waitFor(SLOW);
      await page.getByText('50 questions: right').waitFor(SLOW);
      await page.getByText(/Difference.*points.*95 % interval.*McNemar/s).waitFor(SLOW);
      assert.equal(
        await page.getByRole('button', { name: /^right → wrong \d+$/ }).getAttribute('aria-pressed'),
        'true',
      );
      const pairs = page.getByRole('listitem').filter({ hasText: 'Reference answer' });
      assert.match((await pairs.first().textContent()) ?? '', /step 0 \(start\): ✓ right.*step 2: ✕ wrong/s);
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: /^all 50$/ }).click();
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.waitForFunction(() => document.querySelectorAll('li.card').length === 40, undefined, SLOW);
      await pairs
        .nth(1)
        .getByRole('button', { name: /^Read the answers to/ })
        .click();
      const reader = page.getByRole('dialog');
      await reader.getByText('2 of 40').waitFor(SLOW);
      await reader.getByRole('img').first().waitFor(SLOW);
      assert.equal(await reader.getByRole('region', { name: /^step \d.*(right|wrong)$/ }).count(), 2);
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('j');
      await reader.getByText('3 of 40').waitFor(SLOW);
      await page.keyboard.press('d');
      await reader.getByRole('button', { name: 'Differences', pressed: true }).waitFor(SLOW);
      assert.match(page.url(), /answers=checkpoints/);
      assert.match(page.url(), /pair=/);
      await page.keyboard.press('Escape');
      await reader.waitFor({ state: 'hidden', ...SLOW });
    }));

  test('the address says which; the checkpoint of another run with the same content is known already', async () => {
    await visit(
      `/runs/${first}?tab=answers&answers=checkpoints&a=${first}/2&b=${second}/2&on=shortcut-no-cue&n=50&show=all`,
      async (page) => {
        await page.getByText('50 questions: right').waitFor(SLOW);
        await page.getByText('0 answered in other words').waitFor(SLOW);
        await page
          .getByText('Difference 0.0 %')
          .or(page.getByText(/Difference [+]?0/))
          .first()
          .waitFor(SLOW);
      },
    );
  });
});
