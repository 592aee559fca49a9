/** A compiled function computes what the function computes, gradients included, and leaks nothing. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { compile } from '../../src/main/tensor/compile.ts';

const missing = whyNoTensorflow();

describe('compile', { skip: missing }, () => {
  before(async () => {
    await useBackend('tensorflow', { threads: 1 });
  });
  const chain = ([x, w]: tf.Tensor[]): tf.Tensor[] => [
    tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), 0.1)),
  ];

  it('gives the eager result for every input shape', () => {
    const compiled = compile('chain', chain);
    for (const rows of [2, 5]) {
      const inputs = [tf.randomNormal([rows, 4], 0, 1, 'float32', rows), tf.randomNormal([4, 3], 0, 1, 'float32', 9)];
      assert.deepEqual(compiled(inputs)[0]!.arraySync(), tf.tidy(() => chain(inputs))[0]!.arraySync());
    }
    compiled.dispose();
  });

  it('reads its inputs afresh at every call', () => {
    const compiled = compile('double', ([x]) => [tf.mul(x!, 2)]);
    assert.deepEqual(
      [1, 7].map((value) => compiled([tf.scalar(value)])[0]!.arraySync()),
      [2, 14],
    );
  });

  it('compiles gradients', () => {
    const slope = compile('slope', ([x]) =>
      tf.grads((y: tf.Tensor) => tf.sum(tf.mul(tf.square(y), y)) as tf.Scalar)([x!]),
    );
    assert.deepEqual(slope([tf.tensor1d([1, 2])])[0]!.arraySync(), [3, 12]);
  });

  it('hands an input back as a tensor of its own', () => {
    const same = compile('same', ([x]) => [x!]);
    const input = tf.tensor1d([1, 2]);
    const [output] = same([input]);
    input.dispose();
    assert.deepEqual(output!.arraySync(), [1, 2]);
  });

  it('leaves no tensor behind', () => {
    const compiled = compile('chain', chain);
    const inputs = [tf.ones([2, 4]), tf.ones([4, 3])];
    tf.dispose(compiled(inputs));
    const count = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) tf.dispose(compiled(inputs));
    assert.equal(tf.memory().numTensors, count);
  });

  it('refuses a function that reads values or a tensor it was not given', () => {
    const outside = tf.add(tf.scalar(1), 1);
    assert.throws(
      () => compile('reads', ([x]) => [tf.scalar(x!.dataSync()[0]!)])([tf.add(tf.scalar(1), 1)]),
      /must not read tensor values/,
    );
    assert.throws(() => compile('outside', ([x]) => [tf.add(x!, outside)])([tf.scalar(1)]), /not an input/);
  });
});
