/** The logits of a batch by one graph are those of the pass op by op, and nothing but them is left in memory. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { forward, logitsByGraph } from '../../src/main/model/families/plain-pass.ts';
import { modelFolder } from '../../src/main/model/folder/find-model.ts';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { nodeBackend, onTensorflow } from '../../src/main/tensor/node-backend.ts';

before(() => useBackend('auto', { threads: 1 }));

it('gives the logits of the pass op by op, runs no op by itself and leaves nothing else behind', () => {
  const { config, weights } = loadModel(modelFolder('tiny-vl-base'));
  const inputs = {
    inputIds: [
      [3, 20, 41, 77, 5],
      [0, 0, 9, 30, 200],
    ],
    attentionMask: [
      [1, 1, 1, 1, 1],
      [0, 0, 1, 1, 1],
    ],
    images: [],
  };
  const opByOp = tf.tidy(() => forward(config, weights, inputs).logits);
  const held = tf.memory().numTensors;
  let ops = 0;
  const backend = nodeBackend();
  const real = backend.binding;
  if (onTensorflow()) {
    const executeOp: typeof real.executeOp = (...call) => {
      ops++;
      return real.executeOp(...call);
    };
    backend.binding = new Proxy({} as typeof real, {
      get: (_empty, key: keyof typeof real) => (key === 'executeOp' ? executeOp : real[key]),
    });
  }
  const logits = logitsByGraph(config, weights, inputs);
  if (onTensorflow()) backend.binding = real;
  assert.equal(ops, 0);
  assert.equal(tf.memory().numTensors, held + 1);
  assert.deepEqual(logits.shape, opByOp.shape);
  const [got, expected] = [logits.dataSync(), opByOp.dataSync()];
  const width = config.text.vocabSize;
  inputs.attentionMask.flat().forEach((counts, row) => {
    if (counts === 1)
      for (let i = row * width; i < (row + 1) * width; i++)
        assert.ok(Math.abs(got[i]! - expected[i]!) < 1e-4, `${got[i]}, not ${expected[i]}`);
  });
});
