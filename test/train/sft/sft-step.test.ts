/** A fine-tuning batch computes what its examples compute one by one, whatever pictures they have. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { loadModel, type Model } from '../../../src/main/model/folder/model-folder.ts';
import { encodeQuestion } from '../../../src/main/rollouts/encode-question.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { disposeTree } from '../../../src/main/tensor/tree.ts';
import { type SftExample, sftBatch, sftGradients } from '../../../src/main/train/sft/sft-step.ts';
import { tinyModelFolder } from '../tiny-model.ts';

const largestOf = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('a fine-tuning batch', () => {
  let model: Model;
  before(async () => {
    await useBackend('auto', { threads: 1 });
    model = loadModel(tinyModelFolder());
  });

  function example(index: number, imageSize: number | null, text: string): SftExample {
    const question = generateQuestion('train', index);
    const seen = imageSize === null ? { ...question, image: null } : question;
    const { prompt, images } = encodeQuestion(model, seen, { imageSize: imageSize ?? 56, prompt: 'short' });
    return { prompt, images, response: model.tokenizer.encode(text) };
  }

  it('has the loss and gradients of its examples, with pictures of two sizes and one without', () => {
    const name = 'visual.blocks.0.attn.qkv.weight';
    const gradients = sftGradients(model.config, [name]);
    const examples = [example(1, 56, 'red'), example(2, 112, 'the answer is blue'), example(3, null, '4 .')];
    const of = (some: readonly SftExample[]) => {
      const batch = sftBatch(model.config, some);
      const { loss, grads } = gradients(model.weights, batch);
      const values = { loss: loss.dataSync<'float32'>()[0]!, slope: grads[name]!.dataSync<'float32'>() };
      disposeTree(batch, loss, grads);
      return values;
    };
    const lengths = examples.map((example) => example.response.length);
    const tokens = lengths.reduce((a, b) => a + b);
    const each = examples.map((example) => of([example]));
    const mean = (pick: (index: number) => number) =>
      lengths.reduce((sum, length, i) => sum + (length / tokens) * pick(i), 0);
    const together = of(examples);
    assert.ok(Math.abs(together.loss - mean((i) => each[i]!.loss)) < 1e-5);
    const largest = largestOf(together.slope);
    assert.ok(largest > 0);
    together.slope.forEach((slope, at) => {
      assert.ok(Math.abs(slope - mean((i) => each[i]!.slope[at]!)) < 1e-4 * largest, `${slope} at ${at}`);
    });
    assert.equal(largestOf(each[2]!.slope), 0);
    gradients.dispose();
    assert.equal(tf.memory().numTensors, Object.keys(model.weights).length);
  });
});
