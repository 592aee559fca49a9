/** Features of pictures: each once, in order, by a graph per shape; the same numbers however the pictures go together. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { ImageInput } from '../../src/main/model/families/family.ts';
import { loadModel, type Model } from '../../src/main/model/folder/model-folder.ts';
import { type KnownFeatures, pictureFeatures } from '../../src/main/rollouts/picture-features.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { type GraphCall, graphCalls } from '../../src/main/tensor/compile.ts';
import { onTensorflow } from '../../src/main/tensor/node-backend.ts';
import { Random } from '../../src/shared/values/random.ts';
import { tinyModelFolder } from '../train/tiny-model.ts';

let model: Model;
before(async () => {
  await useBackend('auto', { threads: 1 });
  model = loadModel(tinyModelFolder());
});

function picture(width: number, height: number, seed: number): ImageInput {
  const random = new Random(seed, 'picture');
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.int(0, 255));
  return model.imageEncoder.encode({ width, height, data });
}

const numbers = (features: tf.Tensor2D | null): number[] => {
  const values = Array.from(features!.dataSync());
  features!.dispose();
  return values;
};

/** The calls of the tower within `fn`: how many, and how many of them made a graph. */
function towerCalls(fn: () => void): { calls: number; graphs: number } {
  const seen = { calls: 0, graphs: 0 };
  const count = (call: unknown) => {
    const { name, at, traced } = call as GraphCall;
    if (name !== 'features' || at !== 'start') return;
    seen.calls++;
    if (traced) seen.graphs++;
  };
  graphCalls.subscribe(count);
  fn();
  graphCalls.unsubscribe(count);
  return seen;
}

function assertNear(got: readonly number[], expected: readonly number[]): void {
  assert.equal(got.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(got[i]! - value) <= 1e-5 * Math.max(1, Math.abs(value)));
}

it('makes a picture that several questions show once, and gives it to each in its place', () => {
  const features = pictureFeatures(model.config);
  const [a, b] = [picture(56, 56, 1), picture(84, 56, 2)];
  const alone = [a, b].map((one) => numbers(features(model.weights, [{ images: [one] }])));
  let all: number[] = [];
  const seen = towerCalls(() => {
    all = numbers(features(model.weights, [{ images: [a, b] }, { images: [] }, { images: [a] }, { images: [b, a] }]));
  });
  if (onTensorflow()) assert.equal(seen.calls, 2);
  assertNear(
    all,
    [a, b, a, b, a].flatMap((one) => alone[one === a ? 0 : 1]!),
  );
});

it('keeps what it made for the next call where it is given a place to keep it, and nothing else', () => {
  const features = pictureFeatures(model.config);
  const [a, b] = [picture(56, 56, 1), picture(56, 56, 2)];
  const held = tf.memory().numTensors;
  const known: KnownFeatures = new Map();
  const first = numbers(features(model.weights, [{ images: [a] }], known));
  const seen = towerCalls(() =>
    assertNear(numbers(features(model.weights, [{ images: [a, b] }], known)).slice(0, first.length), first),
  );
  if (onTensorflow()) assert.equal(seen.calls, 1);
  assert.equal(tf.memory().numTensors, held + 2);
  tf.dispose([...known.values()]);
});

it('has a graph per shape of large pictures, not one for each list of shapes; small ones go together', () => {
  const features = pictureFeatures(model.config);
  const large = [picture(336, 336, 1), picture(364, 336, 2), picture(336, 336, 3)];
  assert.ok(large.every(({ grid }) => grid.tokens > 128));
  const seen = towerCalls(() => {
    for (const images of [[0, 1], [1, 2], [2], [0, 1, 2]])
      numbers(features(model.weights, [{ images: images.map((i) => large[i]!) }]));
  });
  const small = towerCalls(() =>
    numbers(
      features(
        model.weights,
        [1, 2, 3].map((seed) => ({ images: [picture(56, 56, seed)] })),
      ),
    ),
  );
  if (onTensorflow())
    assert.deepEqual(
      [seen, small],
      [
        { calls: 8, graphs: 2 },
        { calls: 1, graphs: 1 },
      ],
    );
});

it('is null where no question has a picture', () => {
  assert.equal(pictureFeatures(model.config)(model.weights, [{ images: [] }]), null);
});
