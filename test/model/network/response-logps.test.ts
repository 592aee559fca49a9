/** Log-probabilities and entropies by chunks of positions are those of whole logits, with the same gradients and never all logits at once. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { TextConfig } from '../../../src/main/model/network/decoder-config.ts';
import { type LogitsUse, positionValues } from '../../../src/main/model/network/response-logps.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { gradientFn } from '../../../src/main/train/update/gradients.ts';
import { present } from '../../../src/shared/values/list.ts';

const [POSITIONS, HIDDEN, VOCABULARY] = [11, 6, 40];

/** Everything that an update takes of an output layer, with logits made in pieces of `numbersAtOnce`. */
function valuesOf(tied: boolean, use: LogitsUse) {
  const config = { vocabSize: VOCABULARY, tieWordEmbeddings: tied } as TextConfig;
  const table = tied ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const hidden = tf.randomNormal([POSITIONS, HIDDEN], 0, 2, 'float32', 1);
  const weights = {
    hidden,
    [table]: tf.randomNormal(tied ? [VOCABULARY, HIDDEN] : [HIDDEN, VOCABULARY], 0, 1, 'float32', 2),
  };
  const targets = tf.tensor1d(
    Int32Array.from({ length: POSITIONS }, (_, i) => (7 * i) % VOCABULARY),
    'int32',
  );
  const gradients = gradientFn('test', Object.keys(weights), (w, batch: { readonly targets: tf.Tensor1D }) => {
    const of = positionValues(config, w, w.hidden as tf.Tensor2D, batch.targets, use);
    const entropies = present(of.entropies, 'entropies');
    const share = tf.range(1, POSITIONS + 1); // each position counts otherwise
    const loss: tf.Scalar = tf.add(
      tf.sum(tf.mul(of.logps, share)),
      tf.mul(tf.sum(tf.mul(entropies, share)), use.entropy === 'trained' ? 0.3 : 0),
    );
    return { loss, extras: { logps: of.logps, entropies } };
  });
  const { loss, extras, grads } = gradients(weights, { targets });
  const numbers = [loss, extras.logps, extras.entropies, ...Object.values(grads)].map((tensor) => [
    ...tensor.dataSync(),
  ]);
  gradients.dispose();
  return numbers;
}

for (const backend of ['tensorflow', 'wasm'] as const)
  describe(`on ${backend}`, () => {
    before(() => useBackend(backend));
    for (const tied of [true, false])
      for (const entropy of ['value', 'trained'] as const)
        it(`gives the same by chunks of 3 positions, the table ${tied ? 'tied' : 'of its own'}, entropy ${entropy}`, () => {
          const use = { temperature: 0.7, entropy };
          const whole = valuesOf(tied, use);
          const chunked = valuesOf(tied, { ...use, numbersAtOnce: 3 * VOCABULARY });
          whole.forEach((numbers, i) => {
            const scale = Math.max(1, ...numbers.map(Math.abs));
            numbers.forEach((number, at) => {
              assert.ok(
                Math.abs(number - chunked[i]![at]!) < 2e-6 * scale,
                `${i}, ${at}: ${number}, ${chunked[i]![at]}`,
              );
            });
          });
        });
  });
