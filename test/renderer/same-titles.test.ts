/** Titles that people give may be equal, and so may tags and steps be odd: pages show everything, each thing told apart by its name. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { browserProblem } from './browser.ts';
import { pageSuite } from './page-suite.ts';

const skip = await browserProblem();

const YAML = `name: titles
variants: [grpo, {a: {base: full, title: Same}}, {b: {base: full, title: Same, reward: {alpha: 0.5}}}, {'5': {base: full, title: Same (a)}}]
seeds: [0, 1]
settings: { model: { policy: fake }, training: { totalSteps: 4, questionsPerStep: 2, numGenerations: 4 } }
`;

describe('a study whose variants have one title', { skip }, () => {
  let log: number;
  const visit = pageSuite(async (engine) => {
    await engine.client.studies.start.mutate({ yaml: YAML });
    await engine.engine.queue.whenIdle();
    const file = join(engine.home, 'trainer_state.json');
    writeFileSync(file, '{"log_history": [{"step": 1, "loss": 1.0}, {"step": 4294967290, "loss": 0.5}]}');
    log = (await engine.client.logs.import.mutate({ format: 'trainer-state', path: file })).runId;
    const runs = await engine.client.runs.list.query();
    const named = (variant: string) => runs.find((run) => run.variant === variant)!;
    await engine.client.runs.rename.mutate({ id: named('grpo').id, name: 'Same' });
    for (const run of [log, named('grpo').id, named('5').id])
      await engine.client.runs.pin.mutate({ id: run, pinned: true });
    // What was stored before tags were checked.
    engine.engine.store.database.prepare(`UPDATE runs SET tags = '["x", "x"]'`).run();
    engine.engine.store.database.prepare(`UPDATE studies SET tags = '["x", "x"]'`).run();
  });

  test('is shown with the name beside each equal title, in the matrix and in the legends', () =>
    visit('/studies/1', async (page) => {
      for (const title of ['Same (a) (a)', 'Same (b)', 'Same (a) (5)'])
        await page.getByRole('rowheader', { name: title, exact: false }).first().waitFor();
      const legend = page.getByRole('region', { name: 'Curves' }).getByRole('button', { name: 'Same (b)' });
      await legend.click(); // hides this one, not the others of its title
      await page.getByRole('region', { name: 'Curves' }).locator('button[aria-pressed="false"]').first().waitFor();
      const off = await page
        .getByRole('region', { name: 'Curves' })
        .locator('button[aria-pressed="false"]')
        .allInnerTexts();
      assert.equal(off.length, 1);
      assert.match(off[0]!, /Same \(b\)/);
    }));

  for (const tab of ['curves', 'trust', 'effects', 'settings', 'answers'])
    test(`is compared: ${tab}`, () =>
      visit(`/compare?study=1&tab=${tab}`, async (page) => {
        await page.getByText('Same (b)').first().waitFor({ state: 'attached' });
        await page.waitForTimeout(300);
      }));

  for (const to of ['/studies', '/tables?study=1', '/compare?runs=1,3,5', '/rollouts?study=1', '/new'])
    test(`and its runs are listed: ${to}`, () =>
      visit(to, async (page) => {
        await page.getByRole('heading').first().waitFor();
        await page.waitForTimeout(500);
        assert.equal(await page.getByText('There is no such page').count(), 0);
      }));

  test('a log whose steps are far apart shows the two that it has', () =>
    visit(`/runs/${log}?tab=steps`, async (page) => {
      await page.getByRole('link', { name: '4294967290' }).waitFor();
      await page.getByRole('link', { name: '1', exact: true }).waitFor();
      assert.equal(await page.locator('.body .row').count(), 2);
    }));
});
