/** Export, import and verification of a study's archive, by the page. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('archives', { skip }, () => {
  let engine: TestEngine;
  let folder: string;
  let file: string;
  const visit = pageSuite(async (started) => {
    engine = started;
    folder = mkdtempSync(join(tmpdir(), 'sophia-archives-'));
    file = join(folder, 'kept.zip');
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'kept', seeds: '[0]' }) });
    await engine.engine.queue.whenIdle();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('a study is exported by its key; the link works once', () =>
    visit('/studies/1', async (page) => {
      await page.getByRole('heading', { name: 'kept' }).waitFor(SLOW);
      await page.locator('h1').click();
      await page.keyboard.press('E');
      await page.getByRole('radio', { name: 'with every checkpoint' }).check(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      const [download] = await Promise.all([
        page.waitForEvent('download', SLOW),
        page.getByRole('button', { name: 'Export', exact: true }).click(),
      ]);
      assert.equal(download.suggestedFilename(), 'kept.sophia.zip');
      await download.saveAs(file);
      assert.equal((await fetch(download.url())).status, 401);
    }));

  test('what is no archive, or is here already, is refused in words; the archive comes in read-only', () =>
    visit('/studies', async (page) => {
      writeFileSync(join(folder, 'broken.zip'), 'no zip at all');
      await page.getByRole('button', { name: 'Import or verify an archive' }).click(SLOW);
      await page.getByRole('menuitem', { name: 'Import an archive' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Archive from this browser').setInputFiles(join(folder, 'broken.zip'));
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
      await dialog.getByRole('alert').getByText('The archive broken.zip is refused').waitFor(SLOW); // by the name it has for the user
      assert.deepEqual(await seriousFaults(page), []);
      await page.keyboard.press('Escape');
      await page.keyboard.press('i');
      assert.equal(await dialog.getByLabel('Path on the server').isEnabled(), true); // no file is chosen in a new dialog
      await dialog.getByLabel('Archive from this browser').setInputFiles(file);
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
      await dialog.getByRole('alert').getByText('kept').waitFor(SLOW);
      await engine.client.studies.delete.mutate({ id: 1 });
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('kept imported, read-only', { exact: true }).waitFor(SLOW);
      await page.getByRole('heading', { name: 'kept', exact: true }).waitFor(SLOW);
      await page.getByText('imported, read-only', { exact: true }).waitFor(SLOW);
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Unlock' }).click();
      await page.getByText('imported, read-only', { exact: true }).waitFor({ state: 'detached', ...SLOW });
    }));

  test('an archive on this machine is verified bit by bit', { timeout: 400_000 }, () =>
    visit('/studies', async (page) => {
      await page.getByRole('link', { name: 'kept', exact: true }).waitFor(SLOW);
      await page.locator('h1').click();
      await page.keyboard.press('v');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Path on the server').fill(file);
      await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
      await dialog.getByText(/\(grpo, seed 0\):\s+identical, weights and \d+ rows/).waitFor({ timeout: 300_000 });
      await dialog.getByLabel('Path on the server').fill(join(folder, 'nothing.zip'));
      await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
      await dialog.getByText(/nothing\.zip/).waitFor(SLOW);
    }),
  );
});
