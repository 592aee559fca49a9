/** Tracing computes nothing: every op of a training step has a shape function, which says what TensorFlow itself says of the op's results. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { compile } from '../../src/main/tensor/compile.ts';
import { type Binding, nodeBackend } from '../../src/main/tensor/node-backend.ts';
import { type Form, inferForms } from '../../src/main/tensor/shapes.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';

/** Puts functions of the native binding in place of its own; returns what undoes it. */
function replaceBinding(own: (real: Binding) => Partial<Binding>): () => void {
  const backend = nodeBackend();
  const real = backend.binding;
  const mine = own(real);
  backend.binding = new Proxy({} as Binding, { get: (_empty, key: keyof Binding) => mine[key] ?? real[key] });
  return () => {
    backend.binding = real;
  };
}

/** One step of a model that thinks and is scored, with pictures, then its evaluation and checkpoint. */
async function oneStep(): Promise<void> {
  const settings = parseSettings({
    training: { totalSteps: 1, questionsPerStep: 2, numGenerations: 2, gradientAccumulationSteps: 2 },
    model: { freezeVision: false },
    data: { categories: ['ocr', 'knowledge'] },
    generation: { maxCompletionLength: 12, topK: 20, topP: 0.9 },
    reward: { thinking: 'trm' },
    loss: { entropyCoef: 0.01 },
    evaluation: { every: 0, questions: 1, benchmarks: ['ocr-test'], sampled: false },
  } as SettingsPatch);
  const runFolder = mkdtempSync(join(tmpdir(), 'sophia-shapes-'));
  const signal = new AbortController().signal;
  for await (const event of runTraining({ settings, runFolder, resume: null, signal, threads: 1 }))
    assert.notEqual(event.kind, 'failed');
}

describe('shapes of results', { skip: whyNoTensorflow() }, () => {
  let restore = () => {};
  before(() => useBackend('tensorflow', { threads: 1 }));
  afterEach(() => {
    restore();
    delete process.env.SOPHIA_EAGER;
  });

  it('are those that TensorFlow gives, for every op of a step', async () => {
    process.env.SOPHIA_EAGER = '1';
    const forms = new Map<number, Form>();
    const ops = new Map<string, number>();
    const wrong: string[] = [];
    restore = replaceBinding((real) => ({
      createTensor(shape, dtype, values) {
        const id = real.createTensor(shape, dtype, values);
        forms.set(id, { shape, dtype, ints: values instanceof Int32Array ? [...values] : undefined });
        return id;
      },
      executeOp(op, attrs, ids, outputs) {
        const metas = real.executeOp(op, attrs, ids, outputs);
        const given = ids.map((id) => forms.get(id));
        metas.forEach(({ id, shape, dtype }) => {
          forms.set(id, { shape, dtype });
        });
        if (given.every((form) => form !== undefined)) {
          ops.set(op, (ops.get(op) ?? 0) + 1);
          const got = inferForms(op, attrs, given, outputs);
          const said = JSON.stringify(metas.map(({ shape, dtype }) => ({ shape, dtype })));
          if (JSON.stringify(got) !== said)
            wrong.push(`${op} of ${JSON.stringify(given)}: ${JSON.stringify(got)}, not ${said}`);
        }
        return metas;
      },
    }));
    await oneStep();
    assert.deepEqual([...new Set(wrong)].slice(0, 5), []);
    assert.ok(ops.size > 35, `${ops.size} ops were seen: ${[...ops.keys()].join(' ')}`);
  });

  it('are had without an op that runs and without memory', () => {
    const [rows, width] = [64, 32];
    const x = tf.add<tf.Tensor2D>(tf.randomNormal([rows, width]), 1); // a result: it lies with TensorFlow already
    let [executed, most] = [0, 0];
    restore = replaceBinding((real) => ({
      executeOp: (...call) => {
        executed++;
        return real.executeOp(...call);
      },
      createTensor: (shape, dtype, values) => {
        most = Math.max(
          most,
          shape.reduce((size, of) => size * of, 1),
        );
        return real.createTensor(shape, dtype, values);
      },
    }));
    const graph = compile('powers', ({ x }: { readonly x: tf.Tensor2D }) => ({
      y: tf.softmax(tf.matMul(tf.mul(tf.fill([rows, width], 2), x), tf.transpose(x))),
    }));
    const first = graph({ x }).y;
    assert.deepEqual(first.shape, [rows, rows]);
    assert.deepEqual([executed, most], [0, 0]);
    graph.dispose();
  });

  it('come from a run on zeros for an op that is not in the table', () => {
    const shifted = compile('mirrored', ({ x }: { readonly x: tf.Tensor2D }) => ({
      y: tf.mul(
        tf.mirrorPad(
          tf.add(x, 1),
          [
            [0, 0],
            [1, 2],
          ],
          'reflect',
        ),
        2,
      ),
    }));
    const before = tf.memory().numTensors;
    const x = tf.tensor2d([[1, 2, 3]]);
    const { y } = shifted({ x });
    assert.deepEqual(y.arraySync(), [[6, 4, 6, 8, 6, 4]]);
    tf.dispose([x, y]);
    assert.equal(tf.memory().numTensors, before);
    shifted.dispose();
  });
});
