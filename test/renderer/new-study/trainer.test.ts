/** The form of a new study says which settings belong to one trainer only. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe("a trainer's settings in the form", { skip }, () => {
  const visit = pageSuite();

  test('the trainer can be chosen, and the backend is told to be its own', () =>
    visit('/new', async (page) => {
      const find = page.getByRole('searchbox', { name: 'Find a setting' });
      await find.fill('backend');
      await page.getByText('Native trainer only.').waitFor();
      await find.fill('trainer');
      assert.equal(await page.getByLabel('Trainer', { exact: true }).inputValue(), 'native');
      await find.fill('alpha');
      assert.equal(await page.getByText('trainer only').count(), 0);
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
