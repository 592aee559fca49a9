/**
 * LoRA under trainer trl: its checkpoints are models that the program loads, and a run goes on from one. With the embedded models on CPU;
 * SOPHIA_TEST_TRL=1 runs it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { modelFolder } from '../../../../src/main/model/folder/find-model.ts';
import { hashModel, loadModel } from '../../../../src/main/model/folder/model-folder.ts';
import { createGenerator } from '../../../../src/main/model/network/decode.ts';
import { createSampler } from '../../../../src/main/rollouts/generate-responses.ts';
import { useBackend } from '../../../../src/main/tensor/backend.ts';
import { evaluateQuestions } from '../../../../src/main/train/evaluation/evaluate.ts';
import { readRun } from '../../../../src/main/trainers/trl/run-file.ts';
import { writeRun } from '../../../../src/main/trainers/trl/write-run.ts';
import type { RunEvent } from '../../../../src/shared/run/run-events.ts';
import { parseSettings } from '../../../../src/shared/settings/setting-paths.ts';
import { NO_TRL, trained, trlPython } from '../python.ts';

const TOKENS = 40;
const settings = parseSettings({
  trainer: 'trl',
  model: { loraRank: 4 },
  training: { totalSteps: 3, questionsPerStep: 2, numGenerations: 4, checkpointEvery: 2, learningRate: 0.01 },
  generation: { maxCompletionLength: TOKENS },
  reward: { thinking: 'length' },
  evaluation: { every: 2, benchmarks: ['chart-test'], questions: 4, sampled: false },
});

describe('a run with LoRA by TRL', { skip: NO_TRL, timeout: 1_800_000 }, () => {
  let folder: string;
  let python: string;
  let events: RunEvent[];
  const checkpoint = () => join(folder, 'one/checkpoints/step-000002');
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sophia-trl-lora-'));
    python = await trlPython();
    await writeRun(settings, { home: folder, folder: join(folder, 'trl'), codeVersion: 'test' });
    events = trained(python, join(folder, 'trl'), join(folder, 'one'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('has checkpoints with its adapters added in, which answer here as they did there', async () => {
    await useBackend('auto', { threads: 1 });
    assert.notEqual(hashModel(checkpoint()), hashModel(modelFolder('tiny-vl-base')));
    const model = loadModel(checkpoint());
    const { lines } = readRun(join(folder, 'trl'));
    const said = events.find((event) => event.kind === 'evaluation' && event.step === 2)!;
    assert.ok(said.kind === 'evaluation');
    const questions = said.results.map(({ questionId }) => lines.get(questionId)!.question);
    const results = await evaluateQuestions(
      createSampler(model, createGenerator(model.config)),
      model.weights,
      questions,
      {
        mode: 'greedy',
        maxCompletionLength: TOKENS,
        preset: 'paper',
        seed: 0,
        imageSize: settings.data.imageSize,
        prompt: settings.data.prompt,
      },
    );
    assert.deepEqual(results, said.results);
    const before = events.find((event) => event.kind === 'evaluation' && event.step === 0)!;
    assert.ok(before.kind === 'evaluation');
    assert.notDeepEqual(said.results, before.results, 'the adapters have changed the answers');
  });

  test('goes on from a checkpoint with its adapters', () => {
    const again = trained(python, join(folder, 'trl'), join(folder, 'two'), checkpoint());
    const last = (of: readonly RunEvent[]) => {
      const step = of.find((event) => event.kind === 'step' && event.step === 3)!;
      assert.ok(step.kind === 'step');
      return step;
    };
    assert.deepEqual(
      last(again).responses.map(({ text }) => text),
      last(events).responses.map(({ text }) => text),
    );
    assert.ok(Math.abs(last(again).metrics.kl! / last(events).metrics.kl! - 1) < 1e-3);
  });
});
