/** How far thinking rewards were trusted: the distribution of gamma over groups, by arm and by run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('the panel of trust', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 30, seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('arms side by side: groups and shares as the database has them, of all steps or the last', () =>
    visit('/compare?tab=trust', async (page) => {
      const panel = page.getByRole('region', { name: 'Distribution of gamma' });
      await panel
        .getByRole('img', { name: /^Share of groups per interval of gamma/ })
        .locator('svg')
        .waitFor();
      const full = engine.engine.store.listRuns().find((run) => run.variant === 'full')!;
      const [trust] = engine.engine.store.trustOf([full.id]);
      const mean = (trust!.gammaSum / trust!.weighted).toFixed(3);
      await panel.getByRole('row', { name: new RegExp(`^full .* ${trust!.groups} ${mean}`) }).waitFor();
      await panel.getByRole('row', { name: /^GRPO \d+ – – – – 0$/ }).waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByLabel('Steps').selectOption('20');
      const last = engine.engine.store.trustOf([full.id], 20)[0]!.groups;
      assert.ok(last < trust!.groups);
      await panel.getByRole('row', { name: new RegExp(`^full .* ${last} `) }).waitFor();
      assert.match(page.url(), /last=20/);
    }));

  test('a run without a thinking reward says that it has no weights', () =>
    visit('/runs/1?tab=trust', async (page) => {
      await page.getByText('no thinking reward was given here').waitFor();
    }));
});
