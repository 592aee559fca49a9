/** Fresh LoRA adapters: drawn as PEFT draws them, and without effect until they are trained. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { createAdapters, DECODER_LINEAR, mergedWeight } from '../../../src/main/model/network/adapters/lora.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';

const NAME = 'model.layers.0.self_attn.q_proj.weight';
before(() => useBackend('wasm'));

it('A is uniform within 1 / sqrt(in) as by torch kaiming_uniform_ with a = sqrt(5), whatever the rank, and B is zero', () => {
  const weights = { [NAME]: tf.ones([400, 30]) };
  for (const rank of [1, 16]) {
    const adapters = createAdapters(weights, DECODER_LINEAR, rank, 0);
    const a = adapters[`lora.${NAME}.a`]!;
    assert.deepEqual(a.shape, [400, rank]);
    const values = [...a.dataSync()];
    const largest = Math.max(...values.map(Math.abs));
    assert.ok(largest <= 1 / 20 && largest > 0.95 / 20, `largest ${largest}`);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    const expected = 1 / (3 * 400); // of the uniform distribution
    assert.ok(Math.abs(variance / expected - 1) < 0.15, `variance ${variance}, not ${expected}`);
    assert.ok(adapters[`lora.${NAME}.b`]!.dataSync().every((value) => value === 0));
    assert.ok(
      mergedWeight({ ...weights, ...adapters }, NAME, 2)!
        .dataSync()
        .every((value) => value === 1),
    );
  }
});
