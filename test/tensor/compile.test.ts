/** A compiled function computes what the function computes, gradients included, from trees of named tensors, and leaks nothing. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { compile } from '../../src/main/tensor/compile.ts';
import { disposeTree, fixed, tidyTree } from '../../src/main/tensor/tree.ts';

type Layer = { readonly x: tf.Tensor2D; readonly layer: { readonly weight: tf.Tensor2D } };

const chain = ({ x, layer }: Layer): { readonly y: tf.Tensor2D } => ({
  y: tf.tanh(tf.add(tf.matMul(x, layer.weight), 0.1)),
});

for (const backend of ['tensorflow', 'wasm'] satisfies BackendName[]) {
  describe(`compile on ${backend}`, { skip: backend === 'tensorflow' && whyNoTensorflow() }, () => {
    before(async () => {
      await useBackend(backend, { threads: 1 });
    });

    it('gives the eager result for every input shape', () => {
      const compiled = compile('chain', chain);
      for (const rows of [2, 5]) {
        const x = tf.randomNormal<tf.Rank.R2>([rows, 4], 0, 1, 'float32', rows);
        const weight = tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, 'float32', 9);
        const eager = tidyTree(() => chain({ x, layer: { weight } }));
        assert.deepEqual(compiled({ x, layer: { weight } }).y.arraySync(), eager.y.arraySync());
      }
      compiled.dispose();
    });

    it('reads its inputs afresh at every call', () => {
      const compiled = compile('double', ({ x }: { x: tf.Scalar }) => tf.mul(x, 2));
      assert.deepEqual(
        [1, 7].map((value) => compiled({ x: tf.scalar(value) }).arraySync()),
        [2, 14],
      );
    });

    it('tells inputs of one shape apart by their names, whatever their order', () => {
      const difference = compile('difference', ({ a, b }: { a: tf.Scalar; b: tf.Scalar }) => tf.sub(a, b));
      assert.equal(difference({ a: tf.scalar(5), b: tf.scalar(2) }).arraySync(), 3);
      assert.equal(difference({ b: tf.scalar(2), a: tf.scalar(5) }).arraySync(), 3);
    });

    it('compiles anew for a null, a list of another length and another fixed value', () => {
      type Inputs = { parts: tf.Scalar[]; bias: tf.Scalar | null; factor: ReturnType<typeof fixed<number>> };
      const sum = compile('sum', ({ parts, bias, factor }: Inputs) =>
        tf.mul(tf.addN(bias === null ? parts : [...parts, bias]), factor.value),
      );
      const one = tf.scalar(1);
      const values = (inputs: Inputs) => sum(inputs).arraySync();
      assert.equal(values({ parts: [one], bias: null, factor: fixed(1) }), 1);
      assert.equal(values({ parts: [one, tf.scalar(2)], bias: null, factor: fixed(1) }), 3);
      assert.equal(values({ parts: [one, tf.scalar(2)], bias: tf.scalar(4), factor: fixed(1) }), 7);
      assert.equal(values({ parts: [one, tf.scalar(2)], bias: tf.scalar(4), factor: fixed(10) }), 70);
      assert.equal(values({ parts: [one], bias: null, factor: fixed(1) }), 1);
    });

    it('keeps the graphs used last, and computes by those that it let go of once more', () => {
      const traced: number[] = [];
      const square = ({ x }: { x: tf.Tensor1D }) => {
        traced.push(x.size);
        return tf.square(x);
      };
      const compiled = compile('square', square, 4); // a graph of it has two nodes
      for (const size of [1, 2, 1, 3, 1, 2]) {
        const x = tf.fill<tf.Rank.R1>([size], 3);
        assert.deepEqual(compiled({ x }).arraySync(), Array(size).fill(9));
      }
      // On wasm nothing is kept. 3 takes the place of 2, which was used before 1 was again.
      assert.deepEqual(traced, backend === 'tensorflow' ? [1, 2, 3, 2] : [1, 2, 1, 3, 1, 2]);
      compiled.dispose();
    });

    it('keeps two inputs apart that are one tensor at the first call', () => {
      const product = compile('product', ({ a, b }: { a: tf.Scalar; b: tf.Scalar }) => tf.mul(a, b));
      const three = tf.add<tf.Scalar>(tf.scalar(1), 2);
      assert.equal(product({ a: three, b: three }).arraySync(), 9);
      assert.equal(product({ a: three, b: tf.scalar(5) }).arraySync(), 15);
    });

    it('compiles gradients', () => {
      const slope = compile('slope', ({ x }: { x: tf.Tensor1D }) =>
        tf.grad((y: tf.Tensor) => tf.sum(tf.mul(tf.square(y), y)))(x),
      );
      assert.deepEqual(slope({ x: tf.tensor1d([1, 2]) }).arraySync(), [3, 12]);
    });

    it('hands an input back as a tensor of its own, and one result under two names as two', () => {
      const same = compile('same', ({ x }: { x: tf.Tensor1D }) => {
        const twice = tf.mul(x, 2);
        return { x, once: twice, again: twice };
      });
      const input = tf.tensor1d([1, 2]);
      const { x, once, again } = same({ x: input });
      disposeTree(input, once);
      assert.deepEqual(
        [x.arraySync(), again.arraySync()],
        [
          [1, 2],
          [2, 4],
        ],
      );
    });

    it('leaves no tensor behind', () => {
      const compiled = compile('chain', chain);
      const inputs: Layer = { x: tf.ones([2, 4]), layer: { weight: tf.ones([4, 3]) } };
      disposeTree(compiled(inputs));
      const count = tf.memory().numTensors;
      for (let i = 0; i < 10; i++) disposeTree(compiled(inputs));
      assert.equal(tf.memory().numTensors, count);
    });

    it('names the leaf that is no tensor, and the one that was disposed of', () => {
      const compiled = compile('chain', chain);
      const x = tf.ones<tf.Rank.R2>([2, 4]);
      const number = { x, layer: { weight: 3 as unknown as tf.Tensor2D } };
      assert.throws(() => compiled(number), /compile\(chain\): layer\/weight is a number, not a tensor/);
      const weight = tf.ones<tf.Rank.R2>([4, 3]);
      weight.dispose();
      assert.throws(() => compiled({ x, layer: { weight } }), /compile\(chain\): layer\/weight was disposed of/);
    });
  });
}

describe('tracing', { skip: whyNoTensorflow() }, () => {
  before(async () => {
    await useBackend('tensorflow', { threads: 1 });
  });

  it('refuses a function that reads values, and names what it read', () => {
    const reads = compile('reads', ({ x }: { x: tf.Scalar }) => tf.scalar(x.dataSync()[0]!));
    assert.throws(
      () => reads({ x: tf.add(tf.scalar(1), 1) }),
      /compile\(reads\): .* must not read tensor values of x\./,
    );
  });

  it('refuses a tensor it was not given, read or handed back', () => {
    for (const outside of [tf.add<tf.Scalar>(tf.scalar(1), 1), tf.scalar(2)]) {
      const uses = compile('uses', (x: tf.Scalar) => tf.add<tf.Scalar>(x, outside));
      assert.throws(
        () => uses(tf.scalar(1)),
        /compile\(uses\): a tensor \[\] made outside the function is not an input of it/,
      );
      const returns = compile('returns', (_: tf.Scalar) => ({ found: outside }));
      assert.throws(() => returns(tf.scalar(1)), /compile\(returns\): a tensor \[\] made outside/);
      assert.equal(outside.arraySync(), 2);
    }
  });
});
