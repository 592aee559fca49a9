/** A run's page shows what its policy reads: the first question's prompt, its token ids; and its settings stay legible. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { withCountedMarks } from '../../../src/shared/text/counted-marks.ts';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const SLOW = { timeout: 120_000 };
const one = { steps: 2, seeds: '[0]', variants: '[grpo]' };

describe('the prompt on the page of a run', { skip }, () => {
  let engine: TestEngine;
  let log: number;
  const visit = pageSuite(async (started) => {
    engine = started;
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'there', script: 'tiny-vl-base', ...one }) });
    await engine.client.studies.start.mutate({ yaml: studyYaml({ name: 'gone', script: 'fake:ms=1', ...one }) });
    await engine.engine.queue.whenIdle();
    const path = join(engine.home, 'trainer_state.json');
    writeFileSync(path, JSON.stringify({ global_step: 1, log_history: [{ step: 1, reward: 0.5 }] }));
    log = (await engine.client.logs.import.mutate({ format: 'trainer-state', path })).runId;
  });

  test('is shown when asked for, the image as one mark, with the ids that training gives the policy', () =>
    visit('/runs/1?tab=facts', async (page) => {
      const card = page.locator('section', { has: page.getByRole('heading', { name: 'Prompt' }) });
      await card.getByRole('button', { name: 'Show' }).click(SLOW);
      const { text, ids, imageTokens } = await engine.client.runs.prompt.query({ id: 1 });
      const shown = card.getByTestId('prompt');
      await shown.waitFor(SLOW);
      assert.equal(await shown.textContent(), withCountedMarks(text));
      await card.getByText(`${ids.length} tokens, ${imageTokens} of the image`).waitFor(SLOW);
      await card.getByText('Token ids').click();
      await card.getByText(ids.join(' ')).waitFor(SLOW);
      assert.deepEqual(await seriousFaults(page), []);
    }));

  test('says which model is gone, and can be asked for again', () =>
    visit('/runs/2?tab=facts', async (page) => {
      const card = page.locator('section', { has: page.getByRole('heading', { name: 'Prompt' }) });
      await card.getByRole('button', { name: 'Show' }).click(SLOW);
      await card.getByText(/Model "fake:ms=1" not found/).waitFor(SLOW);
      await card.getByRole('button', { name: /again/i }).waitFor(SLOW);
    }));

  test('is not made up for a log of another program', () =>
    visit(`/runs/${log}?tab=facts`, async (page) => {
      await page.getByRole('heading', { name: 'Notes and tags' }).waitFor(SLOW);
      assert.equal(await page.getByRole('heading', { name: 'Prompt' }).count(), 0);
    }));
});

describe('the settings of a run', { skip }, () => {
  const long = `fake:${'a/long/path/to/a/checkpoint/'.repeat(4)}`;
  const visit = pageSuite(async ({ client, engine }) => {
    await client.studies.start.mutate({ yaml: studyYaml({ name: 'long', script: long, ...one }) });
    await engine.queue.whenIdle();
  });

  test('keep their names on one line beside a long value', () =>
    visit('/runs/1?tab=facts', async (page) => {
      const name = page.getByRole('cell', { name: 'training.totalSteps' });
      await name.waitFor(SLOW);
      const policy = page.getByRole('row', { name: /model\.policy/ });
      const lines = await page.getByRole('cell', { name: 'model.policy' }).evaluate((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
      });
      assert.equal(lines, 1);
      assert.ok((await policy.textContent())!.includes(long));
    }));
});
