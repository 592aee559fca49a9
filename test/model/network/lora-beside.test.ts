/** LoRA runs beside the weights and gives what weights with the adapters merged into them give, in values, gradients and answers. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { promptOfIds } from '../../../src/main/model/families/prompt.ts';
import { loadWeights } from '../../../src/main/model/folder/load-weights.ts';
import { loadConfig } from '../../../src/main/model/folder/model-folder.ts';
import {
  createAdapters,
  createApplier,
  DECODER_LINEAR,
  isAdapter,
  mergedWeight,
  withScaledAdapters,
} from '../../../src/main/model/network/adapters/lora.ts';
import { createGenerator } from '../../../src/main/model/network/decode.ts';
import { groupLogps, responseBatch, responseTensors } from '../../../src/main/model/network/group-pass.ts';
import { prefixBatch, prefixTensors } from '../../../src/main/model/network/prefix.ts';
import { GREEDY } from '../../../src/main/model/network/sampling.ts';
import type { Weights } from '../../../src/main/model/network/weights.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { gradientFn } from '../../../src/main/train/update/gradients.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/qwen25vl-a');
const [SCALE, IDS] = [2, [5, 17, 42, 8, 23]];
const config = loadConfig(FOLDER);
let weights: Weights;

before(async () => {
  await useBackend('auto', { threads: 1 });
  const base = loadWeights(FOLDER, config).weights;
  const fresh = createAdapters(base, DECODER_LINEAR, 4, 0);
  const trained = Object.entries(fresh).map(([name, adapter], i) => [
    name,
    name.endsWith('.b') ? tf.randomNormal(adapter.shape, 0, 0.05, 'float32', i) : adapter,
  ]);
  weights = { ...base, ...Object.fromEntries(trained) };
});

const merged = (w: Weights): Weights =>
  Object.fromEntries(
    Object.entries(w)
      .filter(([name]) => !isAdapter(name))
      .map(([name, weight]) => [name, mergedWeight(w, name, SCALE) ?? weight]),
  );

it('gives the log-probabilities and the gradients of merged weights', () => {
  const prefix = prefixBatch(config, [promptOfIds(config, IDS, [])]);
  const response = responseBatch(config, prefix, [
    [3, 9, 11],
    [7, 2],
  ]);
  const batch = { prefix: prefixTensors(config, prefix), response: responseTensors(config, response) };
  const adapters = Object.keys(weights).filter(isAdapter);
  const [beside, into] = [(w: Weights) => withScaledAdapters(w, SCALE), merged].map((ready) =>
    gradientFn('test', adapters, (w: Weights, of: typeof batch) => {
      const { logps } = groupLogps(config, ready(w), { ...of, features: null });
      return { loss: tf.sum(tf.mul(logps, of.response.mask)) as tf.Scalar, extras: null };
    })(weights, batch),
  );
  const near = (a: tf.Tensor, b: tf.Tensor, what: string) => {
    const [x, y] = [a.dataSync(), b.dataSync()];
    const scale = Math.max(1e-3, ...x.map(Math.abs));
    x.forEach((value, i) => {
      assert.ok(Math.abs(value - y[i]!) < 1e-4 * scale, `${what}[${i}]: ${value}, ${y[i]}`);
    });
  };
  near(beside!.loss, into!.loss, 'loss');
  for (const name of adapters) near(beside!.grads[name]!, into!.grads[name]!, name);
});

it('answers as merged weights do, whether they are merged or shared, and frees what it made', () => {
  const request = {
    prefix: prefixBatch(config, [promptOfIds(config, IDS, [])]),
    ...{ features: null, perGroup: 1, maxNewTokens: 12, stopIds: [], sampling: GREEDY, uniform: () => 0.5 },
  };
  const tensors = tf.memory().numTensors;
  const answers = [0, Number.POSITIVE_INFINITY].map((most) => {
    const { weights: ready, own } = createApplier(SCALE, most)(weights);
    assert.equal(Object.keys(ready).some(isAdapter), most === 0);
    const generator = createGenerator(config);
    const [row] = generator.generate(ready, request);
    generator.dispose();
    tf.dispose(Object.values(own));
    return row!.ids;
  });
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(tf.memory().numTensors, tensors);
});
