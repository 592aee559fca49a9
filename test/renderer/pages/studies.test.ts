import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('the page of studies', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'first', seeds: '[0]' }) });
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'second', seeds: '[5]' }) });
    await engine.engine.queue.whenIdle();
  });

  test('the chosen study shows its matrix with curves; arrow keys choose, Enter opens', () =>
    visit('/studies', async (page) => {
      const chosen = page.getByRole('region', { name: 'Selected study' });
      await chosen.getByRole('heading', { name: 'second' }).waitFor();
      await chosen
        .getByRole('img', { name: /Outcome reward of .* over its steps/ })
        .nth(1)
        .waitFor();
      await page.getByRole('grid', { name: 'Studies' }).focus();
      await page.keyboard.press('ArrowDown');
      await chosen.getByRole('heading', { name: 'first' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/studies\/1$/);
    }));

  test('the border between the panes moves by key and stays there', () =>
    visit('/studies', async (page) => {
      const border = page.getByLabel('Border between the panes');
      await border.focus();
      const before = Number(await border.getAttribute('aria-valuenow'));
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(
        (old) => Number(document.querySelector('.pane-border')?.getAttribute('aria-valuenow')) < old,
        before,
      );
      const moved = await border.getAttribute('aria-valuenow');
      await page.waitForFunction(
        (now) =>
          Object.entries(localStorage).some(
            ([key, value]) => key.includes('sophia-panes-studies') && value.includes(now),
          ),
        moved!,
      ); // it is written a moment later
      await page.reload();
      await page.waitForFunction(
        (now) => document.querySelector('.pane-border')?.getAttribute('aria-valuenow') === now,
        moved!,
      );
      await border.hover();
      await page.mouse.down();
      await page.mouse.move(500, 300);
      await page.mouse.up();
    }));

  test('tags are given, shown, found by a press, and kept in the address', () =>
    visit('/studies', async (page) => {
      await page.getByRole('textbox', { name: 'Tags' }).fill('pilot, alpha, pilot');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const tags = page.getByRole('group', { name: 'Tags' });
      await tags.getByRole('button', { name: 'alpha 1' }).click();
      await page.getByRole('link', { name: 'first' }).waitFor({ state: 'detached' });
      await page.waitForURL(/tags=alpha/);
      await page.reload();
      assert.equal(await tags.getByRole('button', { name: 'alpha 1' }).getAttribute('aria-pressed'), 'true');
      assert.deepEqual(
        (await engine.client.studies.list.query()).studies.map((study) => study.tags),
        [['pilot', 'alpha'], []],
      );
      await page.goto(page.url().replace('tags=alpha', 'tags=beta'));
      await page.reload();
      await page.getByText('Nothing here has the tag beta.').waitFor();
      await tags.getByRole('button', { name: 'beta 0' }).click();
      await page.getByRole('link', { name: 'first' }).waitFor();
    }));

  test('searching, notes, renaming', () =>
    visit('/studies', async (page) => {
      await page.getByLabel('Notes').fill('compare with the pilot');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved').waitFor();
      await page.getByLabel('Notes').fill('compare with the pilot and the next');
      await page.getByRole('row', { name: /first/ }).click();
      await page.getByRole('heading', { name: 'first' }).waitFor();
      assert.equal(await page.getByLabel('Notes').inputValue(), '');
      await page.getByRole('row', { name: /second/ }).click();
      await page.getByRole('heading', { name: 'second' }).waitFor();
      assert.equal(await page.getByLabel('Notes').inputValue(), 'compare with the pilot and the next'); // not saved, not lost
      await page.getByRole('button', { name: 'Discard' }).click();
      assert.equal(await page.getByLabel('Notes').inputValue(), 'compare with the pilot');
      await page.getByRole('searchbox', { name: 'Search' }).fill('pilot');
      await page.getByRole('link', { name: 'first' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'second' }).waitFor();
      await page.getByRole('button', { name: 'Actions for second' }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      const field = page.getByRole('textbox', { name: 'Rename the study' });
      for (const [name, why] of [
        ['first', /already a study "first"/],
        ['no name!', /cannot name a study/],
        ['x'.repeat(65), /longer than 64 characters/],
      ] as const) {
        await field.fill(name);
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').getByRole('alert').getByText(why).waitFor();
        assert.equal(await field.inputValue(), name); // nothing that was typed is lost
      }
      await field.fill('renamed');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'renamed' }).waitFor();
    }));

  test('runs are a table, sorted by any column', () =>
    visit('/studies?show=runs', async (page) => {
      await page.getByRole('button', { name: 'Seed' }).click();
      await page.waitForURL(/sort=seed/);
      const seeds = async () =>
        (await page.locator('tbody tr td:nth-child(5)').allTextContents()).map((text) => text.trim());
      assert.deepEqual(await seeds(), ['0', '0', '5', '5']);
      await page.getByRole('button', { name: 'Seed' }).click();
      await page.waitForURL(/sort=-seed/);
      assert.deepEqual(await seeds(), ['5', '5', '0', '0']);
    }));

  test('a run in the trash leaves a gap that is filled by a new one', () =>
    visit('/studies/1', async (page) => {
      await engine.client.runs.trash.mutate({ id: 1 });
      await page.reload();
      await page.getByText('1 missing of 2').waitFor();
      await page.getByRole('button', { name: 'Resume unfinished runs' }).click();
      await page.getByText('1 run queued, 1 of them missing until now').waitFor();
      await engine.engine.queue.whenIdle();
      await page.getByText('1 missing of 2').waitFor({ state: 'detached' });
      const { cells } = await engine.client.studies.get.query({ id: 1 });
      assert.deepEqual(
        cells.map((cell) => [cell.variant, cell.seed, cell.state]),
        [
          ['grpo', 0, 'finished'],
          ['full', 0, 'finished'],
        ],
      );
    }));

  test('the trash gives back and deletes for good, files too', () =>
    visit('/studies?show=trash', async (page) => {
      await page.getByRole('button', { name: /Restore/ }).click();
      await page.getByText(/cannot be restored: .* has taken its place/).waitFor();
      await engine.client.studies.trash.mutate({ id: 2 });
      await page.reload();
      const folders = [1, 3, 4].map((id) => join(engine.home, 'runs', String(id)));
      assert.deepEqual(folders.map(existsSync), [true, true, true]);
      await page.getByRole('searchbox', { name: 'Search' }).fill('renamed');
      await page.getByText('1 of 2 items').waitFor();
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      await page
        .getByRole('alertdialog')
        .getByText('All 2 items in the trash, not only the 1 found by the search, will be deleted from the database')
        .waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('searchbox', { name: 'Search' }).fill('');
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      await page
        .getByRole('alertdialog')
        .getByText('All 2 items in the trash will be deleted from the database')
        .waitFor();
      await page.getByRole('button', { name: 'Delete permanently' }).last().click();
      await page.getByText('Trash emptied').first().waitFor();
      assert.deepEqual(folders.map(existsSync), [false, false, false]);
      assert.deepEqual(await engine.client.trash.list.query(), []);
    }));
});
