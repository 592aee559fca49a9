/** Every study file that comes with the program can be read, planned and is explained; the models it names exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { examplesFolder, listExamples } from '../src/main/services/studies/examples.ts';
import { parseStudy, planRuns } from '../src/shared/study/study.ts';
import { worldOfPolicy } from '../src/shared/worlds/worlds.ts';

const folder = examplesFolder()!;
const explained = readFileSync(join(folder, 'README.md'), 'utf8');

for (const { file, text } of listExamples()) {
  describe(`examples/${file}`, () => {
    const study = parseStudy(text, file);
    const runs = planRuns(study);

    it('plans a run for every arm and seed, no two alike, and says what it asks', () => {
      assert.equal(runs.length, study.variants.length * study.seeds.length);
      assert.equal(new Set(runs.map((run) => run.configHash)).size, runs.length);
      assert.ok(study.description.length > 20);
    });

    it('is explained with its size', () => {
      const row = explained.split('\n').find((line) => line.startsWith(`| ${file} |`));
      assert.match(row ?? '', new RegExp(`\\| ${runs.length} x ${runs[0]!.settings.training.totalSteps} \\|$`));
    });

    it('names models that are there, or that a recipe makes', () => {
      for (const { settings } of runs)
        for (const name of [settings.model.policy, settings.model.trm])
          assert.ok(
            existsSync(join(folder, '../models', name, 'config.json')) || worldOfPolicy(name) !== undefined,
            name,
          );
    });
  });
}
