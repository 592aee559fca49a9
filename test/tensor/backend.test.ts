import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, gflops, useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';

const native = whyNoTensorflow();

async function productAndGradient(name: BackendName): Promise<number[]> {
  const info = await useBackend(name);
  assert.equal(info.name, name);
  assert.equal(tf.getBackend(), name);
  return tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const b = tf.tensor2d([0.5, -1, 2, 0.25], [2, 2]);
    const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.softmax(tf.matMul(x, b)));
    const weighted = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.softmax(tf.matMul(x, b)), a));
    return [...loss(a).dataSync(), ...tf.grad(weighted)(a).dataSync()];
  });
}

test('wasm runs operations and gradients through the shared tfjs-core', async () => {
  const values = await productAndGradient('wasm');
  assert.ok(Math.abs(values[0]! - 2) < 1e-5);
  assert.ok(gflops(128, 0.01) > 0);
});

test('tensorflow and wasm give the same numbers', { skip: native }, async () => {
  const wasm = await productAndGradient('wasm');
  const tensorflow = await productAndGradient('tensorflow');
  for (const [i, value] of wasm.entries()) assert.ok(Math.abs(value - tensorflow[i]!) < 1e-5);
});

test('auto takes tensorflow where its addon is built, else wasm, and says why', async () => {
  const info = await useBackend('auto');
  assert.equal(info.name, native === undefined ? 'tensorflow' : 'wasm');
  assert.match(info.version, /^\d+\.\d+/);
  assert.ok(info.reason.length > 0);
  assert.ok(gflops(128, 0.01) > 0);
});

test('asking for tensorflow where it is left out names the reason and the way out', async () => {
  const before = process.env.SOPHIA_SKIP_TENSORFLOW;
  process.env.SOPHIA_SKIP_TENSORFLOW = '1';
  try {
    await assert.rejects(useBackend('tensorflow'), /SOPHIA_SKIP_TENSORFLOW=1.*--backend wasm/s);
    assert.equal((await useBackend('auto')).name, 'wasm');
  } finally {
    if (before === undefined) delete process.env.SOPHIA_SKIP_TENSORFLOW;
    else process.env.SOPHIA_SKIP_TENSORFLOW = before;
  }
});
