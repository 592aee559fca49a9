/** The checks of the network itself on the current backend: forward pass, loss, every gradient, greedy generation. */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageGrid } from '../../src/main/model/families/family.ts';
import { imageBatch, imageFeatures } from '../../src/main/model/families/images.ts';
import { forward, languageModelLoss, type ModelInputs } from '../../src/main/model/families/plain-pass.ts';
import { promptOfIds } from '../../src/main/model/families/prompt.ts';
import { familyOf } from '../../src/main/model/families/registry.ts';
import { loadWeights } from '../../src/main/model/folder/load-weights.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import type { Prompt } from '../../src/main/model/network/prefix.ts';
import { prefixBatch } from '../../src/main/model/network/prefix.ts';
import { GREEDY } from '../../src/main/model/network/sampling.ts';
import { disposeWeights, type Weights, weightToFile } from '../../src/main/model/network/weights.ts';
import { disposeTree } from '../../src/main/tensor/tree.ts';
import { gradientFn } from '../../src/main/train/update/gradients.ts';
import { type Fixture, type FixtureCase, inputsOf, tensorOf } from './fixture.ts';
import { largestDifference, type Tally } from './tally.ts';

/** Absolute for activations and logits; gradients as a share of the tensor's norm. */
const TOLERANCE = { logits: 1e-4, gradient: 1e-3, margin: 1e-3 } as const;

/** Gradients smaller than this share of the largest one's norm are noise of the sum they come from. */
const NEGLIGIBLE_NORM = 1e-6;

/** Runs every case of the fixture. */
export function checkNetwork(fixture: Fixture, tally: Tally): void {
  const { weights } = loadWeights(fixture.dir, fixture.config);
  for (const [name, one] of Object.entries(fixture.expected.cases)) {
    checkForward(fixture, weights, name, one, tally);
    checkGradients(fixture, weights, name, one, tally);
    checkGreedy(fixture, weights, name, one, tally);
  }
  disposeWeights(weights);
}

function checkForward(fixture: Fixture, weights: Weights, name: string, fixtureCase: FixtureCase, tally: Tally): void {
  tf.tidy(() => {
    const { logits, hidden, imageEmbeds } = forward(fixture.config, weights, inputsOf(fixture, fixtureCase));
    const attended = fixtureCase.attention_mask.flat();
    const compare = (quantity: string, tensor: tf.Tensor, expectedName: string) => {
      const expected = tensorOf(fixture, `${name}.${expectedName}`);
      if (expected === undefined) return;
      const got = tensor.dataSync<'float32'>();
      const width = got.length / attended.length;
      const kept = (all: Float32Array) =>
        quantity === 'image embeddings' ? all : all.filter((_, i) => attended[Math.floor(i / width)]);
      tally.note(
        quantity,
        got.length === expected.length ? largestDifference(kept(got), kept(expected)) : Infinity,
        TOLERANCE.logits,
        name,
      );
    };
    if (imageEmbeds) compare('image embeddings', imageEmbeds, 'image_embeds');
    compare('last hidden states', hidden, 'last_hidden_normed');
    compare('logits', logits, 'logits');
  });
}

function checkGradients(
  fixture: Fixture,
  weights: Weights,
  name: string,
  fixtureCase: FixtureCase,
  tally: Tally,
): void {
  if (fixtureCase.loss_ce_mean === undefined) return;
  const { config } = fixture;
  const inputs = inputsOf(fixture, fixtureCase);
  const family = familyOf(config);
  const expectedWeights = family.expectedTensors(config);
  const names = expectedWeights
    .filter((weight) => inputs.images.length > 0 || !weight.name.startsWith(family.visionPrefix))
    .map((weight) => weight.name);
  const lossOf = (w: Weights) => ({ loss: languageModelLoss(config, w, inputs), extras: null });
  const gradients = gradientFn('parity', names, lossOf); // compiled where training's are
  const { loss, grads } = gradients(weights, null);
  tally.note('loss', Math.abs(loss.arraySync() - fixtureCase.loss_ce_mean), TOLERANCE.logits, name);
  const norms = fixtureCase.grad_l2 ?? {};
  const largest = Math.max(0, ...Object.values(norms));
  for (const [key, gradient] of Object.entries(grads)) {
    const shape = expectedWeights.find((weight) => weight.name === key)!.shape;
    const got = weightToFile(key, gradient, shape);
    const expected = tensorOf(fixture, `${name}.grad.${key}`);
    const norm = norms[key] ?? (expected && euclidean(expected));
    if (norm === undefined) continue;
    const scale = Math.max(norm, largest * NEGLIGIBLE_NORM);
    const off = expected ? euclidean(expected.map((x, at) => x - got[at]!)) : Math.abs(euclidean(got) - norm);
    tally.note(expected ? 'gradients / norm' : 'gradient norms', off / scale, TOLERANCE.gradient, `${name}, ${key}`);
  }
  disposeTree(loss, grads);
  gradients.dispose();
}

/** Generation runs as in training: shared prefix, key-value cache, compiled blocks; the end token does not stop it. */
function checkGreedy(fixture: Fixture, weights: Weights, name: string, fixtureCase: FixtureCase, tally: Tally): void {
  if (fixtureCase.greedy_tokens === undefined) return;
  const { config } = fixture;
  const inputs = inputsOf(fixture, fixtureCase);
  const generator = createGenerator(config);
  const images = imageBatch(config, inputs.images);
  const features = images === null ? null : tf.tidy(() => imageFeatures(config, weights, images));
  images?.pixels.dispose();
  const rows = generator.generate(weights, {
    prefix: prefixBatch(config, promptsOf(fixture, inputs)),
    features,
    perGroup: 1,
    maxNewTokens: fixtureCase.greedy_tokens[0]!.length,
    stopIds: [],
    sampling: GREEDY,
    uniform: () => 0.5,
  });
  generator.dispose();
  features?.dispose();
  const expectedLogps = tensorOf(fixture, `${name}.greedy_logprobs`);
  const sure = fixtureCase.min_top2_margin === undefined || fixtureCase.min_top2_margin > TOLERANCE.margin;
  const same = fixtureCase.greedy_tokens.map((tokens, row) => largestDifference(rows[row]!.ids, tokens) === 0);
  if (sure) tally.note('greedy tokens (rows)', same.filter((isSame) => !isSame).length, 0, name);
  if (expectedLogps && same.every(Boolean)) {
    tally.note(
      'greedy log-probs',
      largestDifference(
        rows.flatMap((row) => row.logps),
        expectedLogps,
      ),
      TOLERANCE.logits,
      name,
    );
  }
}

/** The rows of a case without padding, each with its own images. */
function promptsOf({ config }: Fixture, { inputIds, attentionMask, images }: ModelInputs): Prompt[] {
  const grids = images.map(({ grid }) => grid);
  return inputIds.map((row, r) => {
    const ids = row.filter((_, i) => attentionMask[r]![i]);
    const own: ImageGrid[] = [];
    for (let left = ids.filter((id) => id === config.imageTokenId).length; left > 0; left -= own.at(-1)!.tokens)
      own.push(grids.shift()!);
    return promptOfIds(config, ids, own);
  });
}

const euclidean = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
