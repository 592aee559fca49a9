/** The quick checks of `sophia validate` hold of the models that come with the program, on few questions. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EMBEDDED_MODELS } from '../../src/main/model/folder/find-model.ts';
import { readReport } from '../../src/main/store/validation/report-file.ts';
import type { SumWorld } from '../../src/main/tasks/worlds/sums/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { validateQuickly } from '../../src/main/validation/validate-world.ts';
import { VALIDATED_WORLDS } from '../../src/shared/validation/checks.ts';
import { checkLines } from '../../src/shared/validation/report.ts';
import { WORLDS } from '../../src/shared/worlds/worlds.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-validation-'));
const context = { home, code: 'test', questions: 50, onEntry: () => {} };

describe('the quick checks', () => {
  before(() => useBackend('auto', { threads: 1 }).then(() => {}));
  after(() => rmSync(home, { recursive: true, force: true }));

  for (const world of VALIDATED_WORLDS as readonly SumWorld[]) {
    test(`hold in the world ${world}; a check of a missing model fails by its name`, async () => {
      await validateQuickly(world, context);
      for (const line of checkLines(world, readReport(home, world), true)) {
        const missing = Object.values(WORLDS[world].models).find(
          (model) => line.measured?.includes(model) && !existsSync(join(EMBEDDED_MODELS, model, 'model.safetensors')),
        );
        assert.equal(line.passed, missing === undefined, `${line.check}: ${line.measured} (${line.threshold})`);
        if (missing !== undefined) assert.equal(line.measured, `model ${missing} is not there`);
      }
    });
  }

  test('are not measured twice with the same code, models and questions, and again with other code', async () => {
    const before = readReport(home, 'shortcut')?.checks['constant-thinking']?.at;
    await validateQuickly('shortcut', context);
    assert.equal(readReport(home, 'shortcut')?.checks['constant-thinking']?.at, before);
    let asked = 0;
    const stopped = { ...context, code: 'other', onEntry: () => asked++, isStopped: () => asked > 0 };
    await validateQuickly('shortcut', stopped);
    const { checks } = readReport(home, 'shortcut') ?? assert.fail('no report');
    assert.equal(checks['constant-thinking']?.code, 'other');
    assert.equal(checks['style-shares']?.code, 'test', 'stopped after the first group, the others stay');
  });
});
