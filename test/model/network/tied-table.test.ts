/** The output layer of a tied model is its embedding table as it lies: no copy of it is made, forward or backward, and the numbers hold. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { TextConfig } from '../../../src/main/model/network/decoder-config.ts';
import { linearByRows } from '../../../src/main/model/network/ops.ts';
import { logitsOf } from '../../../src/main/model/network/text.ts';
import { type BackendName, useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { ofRank } from '../../../src/main/tensor/rank.ts';

const [V, H, M] = [3000, 40, 3];
const TABLE = 'model.embed_tokens.weight';
const tied: TextConfig = {
  vocabSize: V,
  hiddenSize: H,
  intermediateSize: H,
  numHiddenLayers: 1,
  numAttentionHeads: 1,
  numKeyValueHeads: 1,
  headDim: H,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  mropeSection: [H / 2],
  maxPositionEmbeddings: 64,
  tieWordEmbeddings: true,
  eosTokenIds: [],
  bosTokenId: null,
  padTokenId: null,
};

for (const backend of ['tensorflow', 'wasm'] satisfies BackendName[])
  describe(`the product by rows on ${backend}`, { skip: backend === 'tensorflow' && whyNoTensorflow() }, () => {
    before(() => useBackend(backend, { threads: 1 }));

    it('is the product with the transposed table, its gradients too', () => {
      const x = tf.randomNormal<tf.Rank.R2>([M, H], 0, 1, 'float32', 1);
      const table = tf.randomNormal<tf.Rank.R2>([V, H], 0, 1, 'float32', 2);
      const weigh = tf.randomNormal<tf.Rank.R2>([M, V], 0, 1, 'float32', 3);
      const of = (product: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor) =>
        tf.valueAndGrads((...given: tf.Tensor[]) => {
          const [a, b] = [ofRank(2, given[0]!, 'x'), ofRank(2, given[1]!, 'table')];
          return ofRank(0, tf.sum(tf.mul(product(a, b), weigh)), 'loss');
        })([x, table]);
      const rows = of(linearByRows);
      const plain = of((a, b) => tf.matMul(a, tf.transpose(b)));
      for (const [got, expected] of [
        [rows.value, plain.value],
        ...rows.grads.map((grad, i) => [grad, plain.grads[i]!] as const),
      ] as const) {
        const [a, b] = [got.dataSync(), expected.dataSync()];
        a.forEach((value, i) => {
          assert.ok(Math.abs(value - b[i]!) < 1e-3, `${value}, not ${b[i]}`);
        });
      }
    });

    it('gives the logits of a tied model without a copy of the table', {
      skip: backend === 'wasm' && 'its transposing product is very slow',
    }, async () => {
      const hidden = tf.randomNormal<tf.Rank.R2>([M, H]);
      const table = tf.randomNormal<tf.Rank.R2>([V, H]);
      const { newBytes, kernels } = await tf.profile(() => logitsOf(tied, { [TABLE]: table }, hidden));
      assert.deepEqual(
        kernels.map(({ name }) => name).filter((name) => name === 'Transpose'),
        [],
      );
      assert.equal(newBytes, M * V * 4);
    });
  });
