/** The machine on the run's page and in the settings: GPUs where nvidia-smi tells of them, words where it fails or is not there. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { studyYaml, type TestEngine } from '../../setup/with-engine.ts';
import { browserProblem, seriousFaults } from '../browser.ts';
import { pageSuite } from '../page-suite.ts';

const skip = await browserProblem();
const folder = mkdtempSync(join(tmpdir(), 'sophia-smi-page-'));
const path = process.env.PATH;
function fakeSmi(script: string): void {
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  process.env.PATH = `${folder}${delimiter}${path}`;
}

after(() => rmSync(folder, { recursive: true, force: true }));

describe('the machine', { skip }, () => {
  afterEach(() => {
    process.env.PATH = path;
  });
  let engine: TestEngine;
  const visit = pageSuite(async (started) => {
    engine = started;
    fakeSmi('echo "0, NVIDIA H200, 37, 20480, 143360"'); // before the run: one that is not there is asked again after 30 s
    await engine.client.studies.start.mutate({
      yaml: studyYaml({ name: 'watched', variants: '[grpo]', seeds: '[0]' }),
    });
    await engine.engine.queue.whenIdle();
  });

  test('GPUs with use and memory over the time watched, beside processor, memory and disk', () =>
    visit('/runs/1?tab=machine', async (page) => {
      const panel = page.getByRole('region', { name: 'This machine' });
      await panel.getByText('GPU 0: NVIDIA H200').waitFor();
      await panel.getByText('20.0 GiB of 140.0 GiB').waitFor();
      await panel.getByRole('img', { name: /^GPU 0: NVIDIA H200: 37\.0 % now/ }).waitFor();
      await panel.getByRole('img', { name: /^Processor, \d+ cores?: [\d.]+ % now/ }).waitFor();
      await panel.getByText(/GiB free$/).waitFor();
      await panel.locator('polyline').first().waitFor({ state: 'attached' });
      await page.getByRole('region', { name: 'Reported by the run' }).waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    }));
});

for (const [what, script, words] of [
  [
    'fails',
    'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18',
    /^nvidia-smi: Failed to initialize NVML/,
  ],
  ['is not there', null, /^No GPU: nvidia-smi is not on/],
] as const)
  describe(`a machine whose nvidia-smi ${what}`, { skip }, () => {
    const visit = pageSuite();
    afterEach(() => {
      process.env.PATH = path;
    });

    test('says so in words, and shows no GPU at 0 %', () => {
      if (script === null) process.env.PATH = '/bin';
      else fakeSmi(script);
      return visit('/settings', async (page) => {
        const panel = page.getByRole('region', { name: 'This machine' });
        await panel.getByText(words).waitFor();
        assert.equal(await panel.getByText(/^GPU \d/).count(), 0);
      });
    });
  });
