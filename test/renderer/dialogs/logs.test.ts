/** Metrics to and from other programs by the page: a run as a file or into a server, a log as a run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('metrics to and from other programs', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 4, seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('a run is saved in each format; a server that is not there is told', () =>
    visit('/runs/1', async (page) => {
      const { name } = engine.engine.store.run(1);
      for (const [format, ending] of [
        ['TensorBoard', /^events\.out\.tfevents\./],
        ['Parquet', /\.parquet$/],
        ['JSON lines', /\.jsonl$/],
      ] as const) {
        await page.getByRole('button', { name: 'More' }).click();
        await page.getByRole('menuitem', { name: 'Export metrics…' }).click();
        const dialog = page.getByRole('dialog', { name: `Export the metrics of ${name}` });
        await dialog.getByRole('radio', { name: format }).check();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          dialog.getByRole('button', { name: 'Save' }).click(),
        ]);
        assert.match(download.suggestedFilename(), ending);
        const bytes = readFileSync(await download.path());
        assert.ok(bytes.length > 100);
        if (format === 'JSON lines')
          assert.deepEqual(
            bytes
              .toString()
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line).step),
            [0, 1, 2, 3, 4], // evaluated before the first step
          );
        await dialog.waitFor({ state: 'detached' });
      }
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Export metrics…' }).click();
      await page.getByRole('radio', { name: 'MLflow' }).check();
      await page.getByRole('textbox', { name: 'Server' }).fill('http://127.0.0.1:9');
      assert.deepEqual(await seriousFaults(page), []);
      await page.getByRole('button', { name: 'Send' }).click();
      await page
        .getByRole('alert')
        .getByText(/127\.0\.0\.1:9/)
        .waitFor();
    }));

  test('a log becomes a run; what is no log, and a cell that is taken, are told under the name that the user knows', () =>
    visit('/studies', async (page) => {
      const open = async () => {
        await page.getByRole('button', { name: 'Import or verify an archive' }).click();
        await page.getByRole('menuitem', { name: "Import another program's log…" }).click();
        return page.getByRole('dialog', { name: "Import another program's log" });
      };
      const state = { log_history: [1, 2, 3].map((step) => ({ step, loss: 1 / step, reward: step / 10 })) };
      const log = (text: string, name: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
      const dialog = await open();
      await dialog.getByRole('button', { name: 'Import' }).click();
      await dialog.getByRole('alert').getByText('No file given').waitFor();
      await dialog.getByLabel('Log from this browser').setInputFiles(log('no log', 'odd.json'));
      await dialog.getByRole('button', { name: 'Import' }).click();
      const refusal = dialog.getByRole('alert').filter({ hasText: 'odd.json' });
      await refusal.waitFor();
      assert.doesNotMatch((await refusal.textContent()) ?? '', /uploads/);
      await dialog.getByLabel('Log from this browser').setInputFiles(log(JSON.stringify(state), 'trainer_state.json'));
      await dialog.getByLabel('Variant').fill('theirs');
      await dialog.getByLabel('Seed').fill('two');
      await dialog.getByRole('button', { name: 'Import' }).click();
      await dialog.getByRole('alert').getByText('Seed = "two" is not allowed').waitFor();
      await dialog.getByLabel('Seed').fill('2');
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByRole('button', { name: 'Import' }).click();
      await page.waitForURL(/runs\/\d+$/);
      await page.getByText('theirs, seed 2').waitFor();
      await page.locator('section[aria-label="Total reward"] canvas').waitFor();
    }));
});
