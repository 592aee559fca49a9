/** Attention by chunks of queries is attention: the same values and gradients, never more scores at once than allowed. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { attendInWindows } from '../../../src/main/model/families/qwen-shared/attention.ts';
import { type AttentionContext, attend } from '../../../src/main/model/network/attention/attend.ts';
import {
  inQueryChunks,
  queriesAtOnce,
  withScoresAtOnce,
} from '../../../src/main/model/network/attention/query-chunks.ts';
import type { TextConfig } from '../../../src/main/model/network/decoder-config.ts';
import { MASKED } from '../../../src/main/model/network/inputs/masks.ts';
import { recomputing } from '../../../src/main/model/network/recompute.ts';
import type { Weights } from '../../../src/main/model/network/weights.ts';
import { useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { compile } from '../../../src/main/tensor/compile.ts';
import { onTensorflow } from '../../../src/main/tensor/node-backend.ts';
import { disposeTree, tidyTree } from '../../../src/main/tensor/tree.ts';

const BACKENDS = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);
const [HEADS, KV, D, T] = [4, 2, 8, 11];
const CONFIG = { numAttentionHeads: HEADS, numKeyValueHeads: KV, headDim: D } as TextConfig;

let seed = 0;
const normal = <R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> =>
  tf.randomNormal<R>(shape, 0, 1, 'float32', seed++);

/** Values and gradients of `fn` by its inputs, each weighed by numbers of its own; compiled, as training does. */
function valuesAndGradients(inputs: Weights, fn: (given: Weights) => tf.Tensor): Float32Array[] {
  const pass = compile('test', (given: Weights) => {
    const { value, grads } = tf.engine().gradients(
      () => {
        const out = fn(given);
        const weighing = tf.tensor(
          Float32Array.from({ length: out.size }, (_, i) => Math.sin(i)),
          out.shape,
        );
        return tf.sum(tf.mul(tf.square(out), weighing));
      },
      Object.values(given),
      undefined,
      true,
    );
    return { out: fn(given), value, grads: grads.map((grad, i) => grad ?? tf.zerosLike(Object.values(given)[i]!)) };
  });
  const { out, value, grads } = pass(inputs);
  const values = [out, value, ...grads].map((tensor) => tensor.dataSync<'float32'>().slice());
  disposeTree(out, value, grads);
  pass.dispose();
  return values;
}

/** The most scores that a softmax within `fn` had. */
function mostScores(fn: () => void): number {
  let most = 0;
  const backend = tf.backend() as unknown as {
    executeSingleOutput: (op: string, attrs: unknown, x: tf.Tensor[]) => unknown;
  };
  const real = backend.executeSingleOutput;
  backend.executeSingleOutput = (op, attrs, x) => {
    if (op === 'Softmax')
      most = Math.max(
        most,
        x[0]!.shape.reduce((product, size) => product * size, 1),
      );
    return real.call(backend, op, attrs, x);
  };
  try {
    fn();
    return most;
  } finally {
    backend.executeSingleOutput = real;
  }
}

function assertNear(got: Float32Array[], expected: Float32Array[]): void {
  for (const [i, values] of expected.entries()) {
    const scale = Math.max(1, ...values.map(Math.abs));
    const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got[i]![at]!)), 0);
    assert.ok(worst <= 1e-6 * scale, `result ${i}: off by ${worst}, largest ${scale}`);
  }
  assert.ok(expected.every((values) => values.some((value) => Math.abs(value) > 1e-3)));
}

/** Two groups of three rows: a shared prefix, a history and the tokens at hand. */
function textCase(rows: number, groups: number) {
  const inputs = tidyTree(() => ({
    q: normal<tf.Rank.R4>([rows, HEADS, T, D]),
    k: normal<tf.Rank.R4>([rows, KV, T, D]),
    v: normal<tf.Rank.R4>([rows, KV, T, D]),
    sharedKeys: normal<tf.Rank.R4>([groups, KV, 5, D]),
    sharedValues: normal<tf.Rank.R4>([groups, KV, 5, D]),
    pastKeys: normal<tf.Rank.R4>([rows, KV, 3, D]),
    pastValues: normal<tf.Rank.R4>([rows, KV, 3, D]),
  }));
  const fn = (given: Weights) => {
    const of = (name: string) => given[name] as tf.Tensor4D;
    const causal = Float32Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 0 : MASKED));
    const hidden = Float32Array.from({ length: groups * 5 }, (_, i) => (i % 5 === 0 ? MASKED : 0));
    const context: AttentionContext = {
      rows,
      length: T,
      selfBias: tf.tensor4d(causal, [1, 1, T, T]),
      shared: { keys: [of('sharedKeys')], values: [of('sharedValues')], bias: tf.tensor4d(hidden, [groups, 1, 1, 5]) },
      history: [{ keys: [of('pastKeys')], values: [of('pastValues')], bias: null }],
    };
    return attend(CONFIG, of('q'), of('k'), of('v'), context, 0);
  };
  return { inputs, fn, scoresPerQuery: rows * HEADS * (5 + 3 + T) };
}

/** Three pictures of 24 patches in windows of so many, through the tower's attention layer. */
function visionCase(windows: readonly number[]) {
  const [images, patches, width] = [3, 24, HEADS * D];
  const inputs = tidyTree(() => ({
    x: normal<tf.Rank.R2>([images * patches, width]),
    'a.qkv.weight': tf.mul(normal<tf.Rank.R2>([width, 3 * width]), 0.3),
    'a.qkv.bias': normal<tf.Rank.R1>([3 * width]),
    'a.proj.weight': tf.mul(normal<tf.Rank.R2>([width, width]), 0.3),
    'a.proj.bias': normal<tf.Rank.R1>([width]),
  }));
  const fn = (given: Weights) => {
    const turns = Float32Array.from({ length: patches * D }, (_, i) => Math.floor(i / D) * 0.1);
    const shape: [number, number, number, number] = [1, patches, 1, D];
    const where = {
      images,
      patches,
      cos: tf.tensor4d(turns.map(Math.cos), shape),
      sin: tf.tensor4d(turns.map(Math.sin), shape),
    };
    return attendInWindows({ hiddenSize: width, numHeads: HEADS }, given, 'a', given.x as tf.Tensor2D, where, windows);
  };
  return { inputs, fn, scoresPerQuery: images * HEADS * 24 };
}

for (const backend of BACKENDS)
  describe(`attention by chunks of queries on ${backend}`, () => {
    before(() => useBackend(backend, { threads: 2 }));

    const cases = {
      'text: a prefix that rows share, history, the tokens at hand': textCase.bind(null, 6, 2),
      'text: a row per group': textCase.bind(null, 2, 2),
      'a picture attended whole': visionCase.bind(null, [24]),
      'equal windows of a picture': visionCase.bind(null, [8, 8, 8]),
      'windows of unequal lengths': visionCase.bind(null, [12, 4, 8]),
    };
    for (const [what, make] of Object.entries(cases))
      for (const chunk of [1, 4])
        it(`gives values and gradients of all queries at once, ${chunk} at a time: ${what}`, () => {
          const { inputs, fn, scoresPerQuery } = make();
          const whole = valuesAndGradients(inputs, fn);
          let cut: Float32Array[] = [];
          const limit = chunk * scoresPerQuery;
          const run = () => {
            cut = withScoresAtOnce(limit, () => valuesAndGradients(inputs, fn));
          };
          const most = onTensorflow() ? mostScores(run) : limit;
          if (!onTensorflow()) run();
          assert.ok(most > 0 && most <= limit);
          assertNear(cut, whole);
          disposeTree(inputs);
        });

    it('gives the gradients of a layer that is computed again for them', () => {
      const { inputs, fn, scoresPerQuery } = textCase(4, 2);
      const whole = valuesAndGradients(inputs, fn);
      const cut = withScoresAtOnce(3 * scoresPerQuery, () => recomputing(true, () => valuesAndGradients(inputs, fn)));
      assertNear(cut, whole);
      disposeTree(inputs);
    });

    it('leaves no tensor behind', () => {
      const { inputs, fn, scoresPerQuery } = textCase(6, 2);
      const held = tf.memory().numTensors;
      withScoresAtOnce(scoresPerQuery, () => valuesAndGradients(inputs, fn));
      assert.equal(tf.memory().numTensors, held);
      disposeTree(inputs);
    });
  });

describe('how many queries are in work at once', () => {
  it('is all of them where their scores are few, as in every embedded model', () => {
    assert.equal(queriesAtOnce(64, 32 * 4 * 128), 64);
  });
  it('is what 32 MiB of scores hold for a large picture, and never none', () => {
    assert.equal(queriesAtOnce(3996, 16 * 3996), 131);
    assert.equal(queriesAtOnce(10, 2 ** 30), 1);
  });
  it('computes the last chunk of fewer queries too', async () => {
    await useBackend(BACKENDS[0], { threads: 1 });
    const q = tf.tensor3d(
      Float32Array.from({ length: 10 }, (_, i) => i),
      [1, 5, 2],
    );
    const out = inQueryChunks(q, 1, 2, {}, {}, (part) => tf.add(part, 1));
    assert.deepEqual([...out.dataSync()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    tf.dispose([q, out]);
  });
});
