/** A setting that may be left to the checkpoint shows so in the form, takes a number, and goes back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('the largest picture in the form', { skip }, () => {
  const visit = pageSuite();

  test("is the checkpoint's own until a number is given, and again after reset", () =>
    visit('/new', async (page) => {
      await page.getByRole('searchbox', { name: 'Find a setting' }).fill('Pixels');
      const field = page.getByLabel('Largest picture');
      assert.deepEqual(
        [await field.inputValue(), await field.getAttribute('placeholder')],
        ['', "the checkpoint's own"],
      );
      const yaml = page.getByLabel('Study as YAML');
      await field.fill('50176');
      await field.blur();
      await page.getByTitle("Back to the checkpoint's own").waitFor();
      assert.match(await yaml.inputValue(), /maxPixels: 50176/);
      await page.getByLabel('Smallest picture').fill('60000');
      await page.getByLabel('Smallest picture').blur();
      await page.getByText("is more than the largest picture's 50176").first().waitFor();
      await page.getByTitle("Back to the checkpoint's own").first().click();
      assert.doesNotMatch(await yaml.inputValue(), /maxPixels/);
      assert.equal(await field.inputValue(), '');
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
