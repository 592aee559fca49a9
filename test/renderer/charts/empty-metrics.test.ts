/** Metrics that a run cannot have are told in one line instead of empty charts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { present } from '../../../src/shared/values/list.ts';
import { sampleStep, startedRun } from '../../store/helpers.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('metrics without values', { skip }, () => {
  let grpo = 0;
  let full = 0;
  let studyId = 0;
  const visit = pageSuite(({ engine: { store } }) => {
    ({ studyId } = startedRun(store));
    const runs = store.listRuns();
    const idOf = (variant: string) =>
      present(
        runs.find((run) => run.variant === variant),
        variant,
      ).id;
    [grpo, full] = [idOf('grpo'), idOf('full')];
    for (const [id, thinking] of [
      [grpo, null],
      [full, 0.5],
    ] as const) {
      if (store.run(id).state === 'queued') store.startRun(id);
      for (let step = 1; step <= 3; step++) {
        const trust = { 'rewards/thinking/mean': thinking, 'trust/gamma/mean': thinking, 'trust/spread': null };
        store.recordEvent(id, 1, sampleStep(step, { metrics: { 'rewards/outcome/mean': 0.5, reward: 0.5, ...trust } }));
      }
    }
  });

  test('stand in one line with the reason; they can be shown, and a filter finds them', () =>
    visit(`/runs/${grpo}`, async (page) => {
      await page.getByText('3 metrics hidden, without values: 1 of Rewards, 2 of Trust.').waitFor();
      await page.getByText('Without a thinking reward there is no trust').waitFor();
      assert.deepEqual(await page.getByRole('heading', { name: 'Trust', exact: true }).count(), 0);
      const card = page.getByText('Trust weight gamma', { exact: true });
      assert.equal(await card.count(), 0);
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await card.first().waitFor();
      await page.getByRole('button', { name: 'Hide', exact: true }).click();
      await page.getByRole('searchbox').first().fill('gamma');
      await card.first().waitFor();
    }));

  test('of several runs only those that none of them has', async () => {
    await visit(`/runs/${full}`, async (page) => {
      await page.getByText('1 metric hidden, without values: 1 of Trust').waitFor();
      assert.equal(await page.getByText('Without a thinking reward').count(), 0);
    });
    await visit(`/compare?study=${studyId}`, async (page) => {
      await page.getByText('1 metric hidden, without values: 1 of Trust').waitFor();
      await page.getByText('Trust weight gamma', { exact: true }).first().waitFor();
    });
  });
});
