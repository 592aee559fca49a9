/** Gradient checkpointing: blocks are computed a second time for the gradient, which is the same. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { encodeQuestion } from '../../../src/main/rollouts/encode-question.ts';
import { generateResponses } from '../../../src/main/rollouts/generate-responses.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { onTensorflow } from '../../../src/main/tensor/node-backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { prepareRun } from '../../../src/main/train/prepare/prepare-run.ts';
import { microBatches } from '../../../src/main/train/update/micro-batches.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';

const BACKENDS = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);

/** Two decoder layers, over the prompt (the last one of these stops at keys and values) and over the responses. */
const DECODER_BLOCKS = 3;
const TOWER_BLOCKS = 3;

for (const name of BACKENDS)
  describe(`gradient checkpointing on ${name}`, () => {
    let folder: string;
    before(async () => {
      await useBackend(name, { threads: 1 });
      folder = tinyModelFolder();
    });

    async function gradientsOf(model: object, gradientCheckpointing: boolean) {
      const settings = parseSettings({
        model: { policy: folder, ...model },
        training: { questionsPerStep: 1, numGenerations: 2, gradientCheckpointing },
        generation: { maxCompletionLength: 8 },
        reward: { thinking: 'none' },
        evaluation: { every: 0, benchmarks: [] },
      });
      const backend = await useBackend(name, { threads: 1 });
      const run = prepareRun(settings, backend, mkdtempSync(join(tmpdir(), 'sophia-recompute-')), null);
      // LoRA's B is 0 at first, and then no gradient reaches A.
      const policy = Object.fromEntries(
        Object.entries(run.policy).map(([key, weight], i) => [
          key,
          /^lora.*\.b$/.test(key) ? tf.randomNormal(weight.shape, 0, 0.05, 'float32', i) : weight,
        ]),
      );
      const questions = [encodeQuestion(run.sampler, generateQuestion('train', 3), run.encode)];
      const draw = { seed: 0, step: 1 };
      const ready = run.applied(policy).weights;
      const sampled = generateResponses(run.sampler, ready, questions, 2, 8, settings.generation, draw);
      const [micro] = microBatches(run, questions, sampled);
      const given = { advantages: [1, -1], refLogps: null, oldLogps: null, stepTokens: micro!.tokens };
      const held = tf.memory().numTensors;
      let softmaxes = 0;
      const listen = tracedOps((op) => {
        if (op === 'Softmax') softmaxes++;
      });
      const { grads, loss } = run.graphs.gradients(policy, micro!.batch, given);
      listen.end();
      const values = Object.entries(grads).map(([key, grad]) => [key, grad.dataSync<'float32'>().slice()] as const);
      const left = tf.memory().numTensors - held - values.length;
      disposeTree(grads);
      return { loss, values, left, softmaxes };
    }

    const cases = [
      ['LoRA', { loraRank: 4 }, DECODER_BLOCKS],
      ['all weights, the tower among them', { freezeVision: false }, DECODER_BLOCKS + TOWER_BLOCKS],
    ] as const;
    for (const [what, model, blocks] of cases)
      it(`gives the gradients of ${what} as without it, by computing each block once more`, async () => {
        const [kept, again] = [await gradientsOf(model, false), await gradientsOf(model, true)];
        assert.ok(Math.abs(kept.loss - again.loss) < 1e-6);
        assert.deepEqual(
          again.values.map(([key]) => key),
          kept.values.map(([key]) => key),
        );
        for (const [i, [key, expected]] of kept.values.entries()) {
          const got = again.values[i]![1];
          const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
          const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - got[at]!)), 0);
          assert.ok(worst <= 1e-6 * Math.max(1, scale), `${key}: off by ${worst}, largest ${scale}`);
        }
        assert.ok(kept.values.some(([, grad]) => grad.some((value) => Math.abs(value) > 1e-4)));
        assert.deepEqual([kept.left, again.left], [0, 0]);
        if (onTensorflow()) assert.equal(again.softmaxes - kept.softmaxes, blocks);
      });
  });

/** Tells of each op that is traced or run on tensorflow: attention has one softmax per block. */
function tracedOps(tell: (op: string) => void): { end(): void } {
  if (!onTensorflow()) return { end: () => {} };
  const backend = tf.backend() as unknown as { executeSingleOutput: (op: string, ...rest: unknown[]) => unknown };
  const real = backend.executeSingleOutput;
  backend.executeSingleOutput = (op, ...rest) => {
    tell(op);
    return real.call(backend, op, ...rest);
  };
  return {
    end: () => {
      backend.executeSingleOutput = real;
    },
  };
}
