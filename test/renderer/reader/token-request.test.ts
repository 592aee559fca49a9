/** Token values of a response that has none: told what they cost, computed on a press by a real process, shown with their weights and clip state. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answeringRuns } from '../../setup/answering-run.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('token values on request', { skip }, () => {
  let run = 0;
  const visit = pageSuite(({ engine: { store } }) => {
    [run] = answeringRuns(store);
  });

  test('are computed from the nearest weights while one waits, and say that nothing was clipped', () =>
    visit(`/rollouts?run=${run}&step=1&read=${run}/1/0/0`, async (page) => {
      const reader = page.getByRole('dialog');
      await reader.getByRole('button', { name: 'Tokens', exact: true }).click();
      await reader.getByText(/for the 2 responses of step 1 from the weights that the run began with/).waitFor(SLOW);
      await reader.getByText(/B are kept for \d+ tokens/).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await reader.getByRole('button', { name: 'Compute token values' }).click();
      await reader
        .getByText('Computed afterwards from the weights that the run began with: the very weights that wrote')
        .waitFor(SLOW);
      const tokens = reader.locator('.token');
      assert.equal((await tokens.allTextContents()).join(''), 'so the answer is 4 .⟨end⟩');
      await reader.getByRole('radio', { name: 'Clipped' }).click();
      await tokens.first().hover();
      await reader.getByRole('status').getByText('not clipped').waitFor(SLOW);
      await reader.getByRole('slider', { name: 'Clipped by token' }).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
