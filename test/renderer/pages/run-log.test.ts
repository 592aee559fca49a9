/** The log of a run on its page: newest lines, older ones, search, nothing written. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('the log of a run', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'logged', seeds: '[0, 1]', variants: '[grpo]' }),
    });
    await engine.engine.queue.whenIdle();
    const folder = join(engine.engine.store.paths.runs, '1');
    mkdirSync(folder, { recursive: true });
    const lines = Array.from({ length: 4000 }, (_, i) => `epoch ${i}: everything is as it should be`);
    lines[7] = 'Warning: the \u202eeldas\u202c is loose';
    writeFileSync(join(folder, 'worker.log'), `${lines.join('\n')}\n`);
  });

  test('newest lines first, older ones asked for, and a search through all of it', () =>
    visit('/runs/1?tab=log', async (page) => {
      const log = page.getByLabel('Log of the run');
      await log.getByText('epoch 3999:').waitFor(SLOW);
      assert.equal(((await log.textContent()) ?? '').includes('epoch 100:'), false);
      await page.getByRole('button', { name: 'Older lines' }).click();
      await page.getByRole('button', { name: 'Older lines' }).click();
      await page.waitForFunction(
        () => document.querySelector('pre')?.textContent?.includes('epoch 100:'),
        undefined,
        SLOW,
      );
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('searchbox', { name: 'Search' }).fill('warning');
      await page.getByText('1 line', { exact: true }).waitFor(SLOW);
      const [found] = await page.getByRole('listitem').filter({ hasText: 'Warning' }).all();
      assert.equal(await found?.getAttribute('value'), '8');
      assert.match((await found?.textContent()) ?? '', /⟨U\+202E⟩eldas/); // shown, not obeyed
      await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
      await page.getByText('No line').waitFor(SLOW);
    }));

  test('a run that wrote nothing says what would stand there', () =>
    visit('/runs/2?tab=log', async (page) => {
      await page.getByText('The log is empty').waitFor(SLOW);
    }));
});
