/** Large products are made by halves: the same numbers, by two ops that two threads can run; small ones stay one op. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import {
  matMul,
  matMulTransposeA,
  matMulTransposeB,
} from '../../../src/main/model/network/products/matrix-products.ts';
import { useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { nodeBackend } from '../../../src/main/tensor/node-backend.ts';

describe('products of matrices', { skip: whyNoTensorflow() }, () => {
  before(() => useBackend('tensorflow', { threads: 2 }));

  /** How many MatMul ops `fn` runs, and what it gives. */
  function counted(fn: () => tf.Tensor2D): { ops: number; value: tf.Tensor2D } {
    const backend = nodeBackend();
    const real = backend.binding;
    let ops = 0;
    const executeOp: typeof real.executeOp = (name, ...rest) => {
      if (name === 'MatMul') ops++;
      return real.executeOp(name, ...rest);
    };
    backend.binding = new Proxy({} as typeof real, {
      get: (_empty, key: keyof typeof real) => (key === 'executeOp' ? executeOp : real[key]),
    });
    try {
      return { value: fn(), ops };
    } finally {
      backend.binding = real;
    }
  }

  const normal = (rows: number, columns: number, seed: number) =>
    tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, 'float32', seed);
  const LARGE = { rows: 257, inner: 1024, columns: 1025 };
  const FEW_ROWS = { rows: 31, inner: 1024, columns: 16_384 };
  const SMALL = { rows: 2048, inner: 128, columns: 512 };
  for (const [what, { rows, inner, columns }, ops] of [
    ['a large one, of an odd number of rows', LARGE, 2],
    ['one of few rows, which reads its matrix once', FEW_ROWS, 1],
    ['the largest of an embedded model', SMALL, 1],
  ] as const)
    it(`gives the plain product: ${what}`, () => {
      tf.tidy(() => {
        const [a, b] = [normal(rows, inner, 1), normal(inner, columns, 2)];
        const [at, bt] = [tf.transpose(a), tf.transpose(b)];
        const expected = tf.matMul(a, b);
        for (const fn of [() => matMul(a, b), () => matMulTransposeA(at, b), () => matMulTransposeB(a, bt)]) {
          const got = counted(fn);
          assert.equal(got.ops, ops);
          assert.deepEqual(got.value.shape, [rows, columns]);
          assert.ok(tf.max(tf.abs(tf.sub(got.value, expected))).dataSync()[0]! < 1e-3);
        }
      });
    });

  it('leaves nothing but the product behind', () => {
    const [a, b] = [normal(256, 1024, 1), normal(1024, 1100, 2)];
    const held = tf.memory().numTensors;
    matMul(a, b);
    assert.equal(tf.memory().numTensors, held + 1);
  });
});
