/** What a step gives to policy and reference: features of a frozen tower, pixels for a trained one. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { encodeQuestion } from '../../../src/main/rollouts/encode-question.ts';
import { generateResponses } from '../../../src/main/rollouts/generate-responses.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { type BackendInfo, useBackend } from '../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { prepareRun } from '../../../src/main/train/prepare/prepare-run.ts';
import { microBatches } from '../../../src/main/train/update/micro-batches.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from '../tiny-model.ts';

describe('the gradients of a step', () => {
  let backend: BackendInfo;
  let folder: string;
  before(async () => {
    backend = await useBackend('auto', { threads: 1 });
    folder = tinyModelFolder();
  });

  /** One step's loss and gradients; questions with pictures of two sizes, cut into `count` micro-batches. */
  function gradientsOf(model: { freezeVision: boolean; loraRank: number }, count: number) {
    const settings = parseSettings({
      model: { policy: folder, ...model },
      training: { questionsPerStep: 2, numGenerations: 2, gradientAccumulationSteps: count },
      generation: { maxCompletionLength: 8 },
      reward: { thinking: 'none' },
      evaluation: { every: 0, benchmarks: [] },
    });
    const run = prepareRun(settings, backend, mkdtempSync(join(tmpdir(), 'sophia-update-')), null);
    const questions = [56, 112].map((imageSize, i) =>
      encodeQuestion(run.sampler, generateQuestion('train', i), { ...run.encode, imageSize }),
    );
    const { responses, features } = generateResponses(
      run.sampler,
      run.applied(run.policy).weights,
      questions,
      2,
      8,
      settings.generation,
      { seed: 0, step: 1 },
    );
    const before = tf.memory().numTensors;
    const micros = microBatches(run, questions, { responses, features });
    const stepTokens = micros.reduce((sum, micro) => sum + micro.tokens, 0);
    const parts = micros.map((micro) => {
      const refLogps = run.graphs.logps(run.reference, micro.referenceBatch);
      const advantages = micro.rows.map((row) => [1, -1, 0.5, -0.5][row]!);
      const given = { advantages, refLogps, oldLogps: null, stepTokens };
      const part = run.graphs.gradients(run.policy, micro.batch, given);
      disposeTree(refLogps, micro.own);
      return part;
    });
    const loss = parts.reduce((sum, part) => sum + part.loss, 0);
    const slope = (name: string) =>
      parts.map((part) => part.grads[name]!.dataSync<'float32'>()).reduce((a, b) => a.map((x, i) => x + b[i]!));
    const result = { loss, kl: parts[0]!.metrics.kl, names: Object.keys(parts[0]!.grads), slope };
    const slopes = Object.fromEntries(result.names.map((name) => [name, slope(name)]));
    disposeTree(...parts.map((part) => part.grads));
    assert.equal(tf.memory().numTensors, before);
    return { ...result, slopes };
  }

  const near = (a: Float32Array, b: Float32Array, name: string) => {
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    assert.ok(
      a.every((x, i) => Math.abs(x - b[i]!) < 1e-3 * largest),
      name,
    );
  };

  it('reach the tower from pixels, the reference from features: the first step of a trained tower has no KL', () => {
    const trained = gradientsOf({ freezeVision: false, loraRank: 0 }, 1);
    assert.ok(Math.abs(trained.kl) < 1e-6, `KL ${trained.kl}`);
    const tower = trained.names.filter((name) => name.startsWith('visual.'));
    assert.ok(tower.length > 0);
    assert.ok(tower.some((name) => trained.slopes[name]!.some((x) => x !== 0)));
    const frozen = gradientsOf({ freezeVision: true, loraRank: 0 }, 1);
    assert.ok(Math.abs(frozen.loss - trained.loss) < 1e-6);
    assert.ok(frozen.names.every((name) => !name.startsWith('visual.')));
    for (const name of frozen.names) near(frozen.slopes[name]!, trained.slopes[name]!, name);
  });

  it('are the same in one micro-batch and in two, tower frozen or trained', () => {
    for (const freezeVision of [true, false]) {
      const [whole, parts] = [1, 2].map((count) => gradientsOf({ freezeVision, loraRank: 0 }, count));
      assert.ok(Math.abs(whole!.loss - parts!.loss) < 1e-5);
      for (const name of whole!.names) near(whole!.slopes[name]!, parts!.slopes[name]!, name);
    }
  });

  it('train the adapters alone where LoRA meets a tower that is not frozen', () => {
    const { names, slopes } = gradientsOf({ freezeVision: false, loraRank: 2 }, 1);
    assert.ok(names.length > 0 && names.every((name) => name.startsWith('lora.')));
    assert.ok(names.some((name) => slopes[name]!.some((x) => x !== 0)));
  });
});
