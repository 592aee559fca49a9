/** Checkpoints of a run: what is said of them, and their tab on the run's page. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  type CheckpointedRun,
  modelName,
  resumePoint,
  studyFrom,
  whyNone,
} from '../../../src/renderer/pages/run/run-checkpoints.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const RUN: CheckpointedRun = {
  name: 'calm-reed-7',
  state: 'stopped',
  step: 20,
  totalSteps: 30,
  cutFrom: null,
  trashedAt: null,
  origin: null,
  settings: { training: { checkpointEvery: 8 } },
};
const placed = (step: number, isThere = true) => ({ step, isThere, folder: `/home/runs/1/checkpoints/step-${step}` });

describe('what is said of checkpoints', () => {
  test('a resume continues from the newest on disk, and only where a run can be resumed', () => {
    const list = [placed(16, false), placed(8), placed(4)];
    assert.equal(resumePoint(RUN, list)?.step, 8);
    assert.equal(resumePoint(RUN, [placed(16, false)]), undefined);
    for (const other of [
      { state: 'running' },
      { state: 'finished' },
      { cutFrom: 3 },
      { trashedAt: 1 },
      { origin: { format: 'archive', source: 'a' } },
    ])
      assert.equal(resumePoint({ ...RUN, ...other }, list), undefined, JSON.stringify(other));
  });

  test('why there is none: not yet, ended before, not in the archive, a log brings none', () => {
    assert.match(whyNone({ ...RUN, state: 'running', step: 3 }).text, /first is saved at step 8: every 8 steps/);
    assert.match(whyNone({ ...RUN, state: 'queued', step: 0, totalSteps: 5 }).text, /at step 5/);
    assert.match(whyNone({ ...RUN, state: 'failed', step: 3 }).text, /ended at step 3; .* due at step 8/);
    assert.match(whyNone({ ...RUN, origin: { format: 'archive', source: 'kept' } }).text, /imported with kept/);
    assert.match(whyNone({ ...RUN, origin: { format: 'trl', source: 'log.json' } }).text, /log\.json.*no weights/);
  });

  test('the study that begins with one is sound, whatever the run is called', () => {
    const run = { name: '?! my run / β' };
    assert.equal(modelName(run, 12), 'my-run--step-12');
    assert.equal(modelName({ name: 'ß' }, 3), 'run-step-3');
    const study = parseStudy(studyFrom(run, placed(12)), 'study');
    assert.equal(study.name, 'from-my-run--step-12');
    assert.deepEqual(study.settings, { model: { policy: '/home/runs/1/checkpoints/step-12' } });
  });
});

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };

describe('the tab of checkpoints', { skip }, () => {
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'done', steps: 12, seeds: '[0]', variants: '[grpo]' }),
    });
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'early', script: 'fake:throw@2', seeds: '[0]', variants: '[grpo]' }),
    });
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'rewound', script: 'fake:throw@10', steps: 12, seeds: '[0]', variants: '[grpo]' }),
    });
    await engine.engine.queue.whenIdle();
  });

  test('each stands with step, size, hash and path; a gone one is told; keys choose; the choice is in the address', async () => {
    const { checkpoints } = await engine.client.runs.get.query({ id: 1 });
    assert.deepEqual(
      checkpoints.map((checkpoint) => [checkpoint.step, checkpoint.isThere]),
      [
        [12, true],
        [8, true],
        [4, true],
      ],
    );
    rmSync(checkpoints[2]!.folder);
    await visit('/runs/1?tab=checkpoints', async (page) => {
      const table = page.getByRole('grid', { name: 'Checkpoints' });
      await table
        .getByRole('row', { name: new RegExp(`^12 .*${checkpoints[0]!.hash.slice(0, 16)} newest`) })
        .waitFor(SLOW);
      await table.getByRole('row', { name: /^4 .*removed/ }).waitFor(SLOW);
      await page.getByText('2 checkpoints on disk, 20 B; 1 older removed').waitFor(SLOW);
      const chosen = page.getByRole('region', { name: 'Selected checkpoint' });
      await chosen.getByText(checkpoints[0]!.hash).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await table.focus();
      await page.keyboard.press('End');
      await page.waitForURL(/checkpoint=4/);
      await chosen.getByText('Its files were removed').waitFor(SLOW);
      assert.equal(await chosen.getByRole('button').count(), 0);
    });
  });

  test('one becomes a model by the import, with a name and its path filled in', () =>
    visit('/runs/1?tab=checkpoints', async (page) => {
      const { run, checkpoints } = await engine.client.runs.get.query({ id: 1 });
      await page.getByRole('button', { name: 'Import as a model' }).click(SLOW);
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Import a model').waitFor(SLOW);
      assert.equal(await dialog.getByLabel(/^Folder path on/).inputValue(), checkpoints[0]!.folder);
      assert.equal(await dialog.getByLabel('Name').inputValue(), `${run.name}-step-12`);
    }));

  test('a new study begins with it as its policy', () =>
    visit('/runs/1?tab=checkpoints', async (page) => {
      const { checkpoints } = await engine.client.runs.get.query({ id: 1 });
      await page.getByRole('button', { name: 'New study from it' }).click(SLOW);
      const yaml = page.getByRole('textbox', { name: 'Study as YAML' });
      await yaml.waitFor(SLOW);
      assert.ok((await yaml.inputValue()).includes(checkpoints[0]!.folder));
    }));

  test('an older one is resumed from once it was said what is cut off; the run then equals a whole one, the rest is a branch', async () => {
    await visit('/runs/3?tab=checkpoints&checkpoint=4', async (page) => {
      await page.getByRole('button', { name: 'Resume from here…' }).click(SLOW);
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText(/Steps 5 to 10 leave .*-cut-1, .*, one checkpoint/).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      assert.equal((await engine.client.runs.get.query({ id: 3 })).run.attempt, 1, 'nothing happens unasked');
      await page.getByRole('button', { name: 'Resume from here…' }).click();
      await dialog.getByRole('button', { name: 'Resume from step 4' }).click();
      await page.getByRole('row', { name: /^12 / }).waitFor(SLOW);
    });
    await engine.engine.queue.whenIdle();
    const { run, checkpoints } = await engine.client.runs.get.query({ id: 3 });
    assert.deepEqual(
      [run.state, run.step, checkpoints.map((checkpoint) => checkpoint.step)],
      ['finished', 12, [12, 8, 4]],
    );
    const [branch] = run.branches;
    assert.deepEqual([branch!.cutStep, branch!.step], [4, 10]);
    const kept = (await engine.client.runs.get.query({ id: branch!.id })).checkpoints;
    assert.deepEqual(
      kept.map((one) => [one.step, one.isThere, one.hash === checkpoints[1]!.hash]),
      [[8, true, true]],
    );
  });

  test('older ones are freed after a question, the newest stays; a run without any says why', async () => {
    await visit('/runs/1?tab=checkpoints', async (page) => {
      await page.getByRole('button', { name: 'Free older' }).click(SLOW);
      await page.getByRole('alertdialog').getByText('1 checkpoint will be deleted').waitFor(SLOW);
      await page.getByRole('button', { name: 'Free 10 B' }).click();
      await page.getByText('1 older checkpoint removed').waitFor(SLOW);
      await page.getByText('1 checkpoint on disk').waitFor(SLOW);
      await page.getByRole('button', { name: 'Free older' }).waitFor({ state: 'detached', ...SLOW });
    });
    assert.deepEqual(
      (await engine.client.runs.get.query({ id: 1 })).checkpoints.map((checkpoint) => checkpoint.step),
      [12],
    );
    await visit('/runs/2?tab=checkpoints', (page) =>
      page.getByText('its first checkpoint was due at step 8').waitFor(SLOW),
    );
  });
});
