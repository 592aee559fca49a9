/** The steps of the pipeline from their page: forms, what is refused, what a step says while it runs and when it has ended. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { studyYaml } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();

describe('steps of the TRM from the page', { skip }, () => {
  const visit = pageSuite(async (engine) => {
    await engine.client.studies.start.mutate({ yaml: studyYaml({ steps: 6 }) });
    await engine.engine.queue.whenIdle();
  });
  const open = async (page: Page, step: string) => {
    await page.getByRole('button', { name: 'Start a step' }).click();
    await page.getByRole('menuitem', { name: step }).click();
    return page.getByRole('dialog', { name: step });
  };
  const jobs = (page: Page) => page.getByRole('region', { name: 'Steps started here' });

  test('an empty workbench begins with collecting; the form shows the command that it stands for', () =>
    visit('/trm', async (page) => {
      await page.getByRole('button', { name: 'Collect responses…' }).click();
      const form = page.getByRole('dialog', { name: 'Collect responses' });
      await form.getByLabel('Name').fill('first set');
      await form.getByRole('button', { name: 'Start' }).click();
      await form.getByRole('alert').getByText('Name = "first set" is not allowed').waitFor();
      await form.getByLabel('Name').fill('first');
      await form.getByLabel('Study').selectOption('fake');
      await form.getByLabel('Responses').fill('40');
      await form.getByText('bin/sophia trm collect --study=fake --count=40 first').waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await form.getByRole('button', { name: 'Start' }).click();
      await jobs(page).getByText('finished').waitFor();
      await jobs(page)
        .getByText(/Data set "first": 40 of \d+ responses/)
        .waitFor();
      await page.getByText('1 data set').waitFor();
    }));

  test('each step begins with what was made last, and its result is shown when it has ended', () =>
    visit('/trm?tab=queue', async (page) => {
      const annotate = await open(page, 'Annotate');
      assert.equal(await annotate.getByLabel('Data set').inputValue(), 'first');
      await annotate.getByRole('button', { name: 'Start' }).click();
      await page
        .getByRole('region', { name: 'Annotation queues' })
        .getByRole('row', { name: /rubric .*finished/ })
        .waitFor();
      const build = await open(page, 'Build a training set');
      assert.equal(await build.getByLabel('Annotation').inputValue(), 'rubric');
      await build.getByText('More').click();
      for (const one of ['duplicate', 'malformed', 'truncated'])
        await build.getByRole('checkbox', { name: one }).check();
      await build.getByRole('button', { name: 'Start' }).click();
      await page.getByText('1 build').waitFor();
      const job = jobs(page).getByRole('button', { name: /^finished Build a training set/ });
      await job.click();
      await jobs(page)
        .getByText(/^bin.sophia trm build --annotation=rubric --off=/)
        .waitFor();
    }));

  test('a server to annotate is asked for its address; a step that fails says why, and one that runs is stopped', () =>
    visit('/trm', async (page) => {
      const annotate = await open(page, 'Annotate');
      await annotate.getByLabel('Annotator').selectOption('endpoint');
      await annotate.getByRole('button', { name: 'Start' }).click();
      await annotate.getByRole('alert').getByText('Address is missing').waitFor();
      await annotate.getByLabel('Address').fill('http://127.0.0.1:9/v1');
      await annotate.getByLabel('Model').fill('judge');
      await annotate.getByText('More').click();
      await annotate.getByLabel('Attempts per request').fill('100');
      await annotate.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('tab', { name: 'Annotation' }).click();
      await page.getByRole('row', { name: /endpoint on first running/ }).waitFor();
      const train = await open(page, 'Train a model');
      await train.getByLabel('Base model').fill('nowhere');
      await train.getByRole('button', { name: 'Start' }).click();
      await jobs(page).getByText('queued').waitFor();
      await jobs(page).getByRole('button', { name: 'Stop: Annotate' }).click();
      await jobs(page).getByRole('button', { name: 'Stop: Annotate' }).click(); // at once: its requests are tried for long
      await jobs(page)
        .getByRole('button', { name: /^stopped Annotate/ })
        .waitFor();
      await jobs(page)
        .getByText(/Model "nowhere" not found/)
        .waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));
});
