/** AdamW part by part: the same bits as all at once, and never more memory than a part on top of what is kept. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../../src/main/model/network/weights.ts';
import { useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { nodeBackend } from '../../../src/main/tensor/node-backend.ts';
import { createOptimizer } from '../../../src/main/train/update/optimizer.ts';

const settings = { weightDecay: 0.1, adamBeta1: 0.9, adamBeta2: 0.95, adamEpsilon: 1e-8, maxGradNorm: 1 };
const SHAPES = { a: [40, 30], norm: [30], b: [40, 30], c: [40, 30], d: [40, 30] };
const NAMES = Object.keys(SHAPES);
const random = (seed: number): Weights =>
  Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape], i) => {
      const values = tf.randomNormal(shape, 0, 1, 'float32', seed + i);
      const own = tf.add(values, 0);
      values.dispose();
      return [name, own];
    }),
  );

describe('the optimiser', { skip: whyNoTensorflow() }, () => {
  before(() => useBackend('tensorflow', { threads: 1 }));

  it('moves weights to the same bits in one part and in many', () => {
    const after = [2 ** 24, 1200, 1].map((numbersAtOnce) => {
      const optimizer = createOptimizer(settings, NAMES, random(1), undefined, numbersAtOnce);
      let weights = random(1);
      const norms: number[] = [];
      for (let step = 0; step < 3; step++) {
        const moved = optimizer.apply(weights, random(100 + 10 * step), 1e-2);
        weights = moved.weights;
        norms.push(moved.gradNorm);
      }
      const all = [weights, optimizer.state.first, optimizer.state.second];
      return { norms, values: all.flatMap((each) => NAMES.map((name) => [...each[name]!.dataSync()])) };
    });
    assert.ok(after[0]!.norms.every((norm) => norm > 1));
    assert.deepEqual(after[1], after[0]);
    assert.deepEqual(after[2], after[0]);
  });

  it('lets go of the old tensors of a part before the next one', () => {
    const weights = random(1);
    const optimizer = createOptimizer(settings, NAMES, weights, undefined, 1200);
    const first = optimizer.apply(weights, random(50), 1e-2).weights;
    const grads = random(60);
    const held = tf.memory().numBytes;
    const backend = nodeBackend();
    const make = backend.createOutputTensor;
    let most = 0;
    backend.createOutputTensor = function (...given) {
      const tensor = make.apply(this, given);
      most = Math.max(most, tf.memory().numBytes);
      return tensor;
    };
    try {
      optimizer.apply(first, grads, 1e-2);
    } finally {
      backend.createOutputTensor = make;
    }
    const part = 1230 * 4; // bytes of a weight and the vector beside it
    assert.ok(most - held <= 3 * part + 64, `${most - held} bytes more than were held`);
  });
});
