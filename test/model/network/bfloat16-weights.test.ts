/** Weights that rest in bfloat16 give what float32 weights of the same values give: hash, logits, gradients, tokens, saved bytes. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../../src/main/model/families/family.ts';
import { logitsByGraph } from '../../../src/main/model/families/plain-pass.ts';
import { promptOfIds } from '../../../src/main/model/families/prompt.ts';
import { loadWeights } from '../../../src/main/model/folder/load-weights.ts';
import { saveModel } from '../../../src/main/model/folder/model-folder.ts';
import { makeTokenizer } from '../../../src/main/model/folder/tokenizer.ts';
import { fromFloat32, toFloat32 } from '../../../src/main/model/io/number-formats.ts';
import { readSafetensors } from '../../../src/main/model/io/safetensors.ts';
import {
  createAdapters,
  createApplier,
  DECODER_LINEAR,
  isAdapter,
  mergedWeight,
  withScaledAdapters,
} from '../../../src/main/model/network/adapters/lora.ts';
import { lengthsOfCache } from '../../../src/main/model/network/cache.ts';
import { createGenerator } from '../../../src/main/model/network/decode.ts';
import { groupLogps, responseBatch, responseTensors } from '../../../src/main/model/network/group-pass.ts';
import { prefixBatch, prefixTensors } from '../../../src/main/model/network/prefix.ts';
import { GREEDY } from '../../../src/main/model/network/sampling.ts';
import { inFloat32, type Weights } from '../../../src/main/model/network/weights.ts';
import { buildTokenizerFiles } from '../../../src/main/tasks/language/tokenizer-files.ts';
import { useBackend, whyNoTensorflow } from '../../../src/main/tensor/backend.ts';
import { isPacked, packedBytes, packedFrom, unpacked } from '../../../src/main/tensor/bfloat16.ts';
import { type GraphCall, graphCalls } from '../../../src/main/tensor/compile.ts';
import { initialWeights } from '../../../src/main/train/recipes/initial-weights.ts';
import { tinyConfig } from '../../../src/main/train/recipes/tiny-config.ts';
import { gradientFn } from '../../../src/main/train/update/gradients.ts';

const [SCALE, IDS] = [2, [5, 17, 42, 8, 23, 77, 1000, 8000]];

/** Two layers of matrices large enough to be packed; the table of embeddings is cast in two pieces. */
function madeFolder(tieWordEmbeddings: boolean): { folder: string; config: ModelConfig } {
  const files = buildTokenizerFiles();
  const tokenizer = makeTokenizer(files.tokenizerJson, files.tokenizerConfig, files.template);
  const tiny = tinyConfig(8400, (token) => tokenizer.tokenId(token));
  const config = {
    ...tiny,
    text: { ...tiny.text, tieWordEmbeddings, hiddenSize: 256, headDim: 64, intermediateSize: 2048, numHiddenLayers: 2 },
    vision: { ...(tiny as unknown as { vision: object }).vision, outHiddenSize: 256 },
  };
  config.text = { ...config.text, mropeSection: [8, 12, 12] };
  const folder = join(mkdtempSync(join(tmpdir(), 'sophia-bf16-')), 'model');
  saveModel(folder, { config, weights: initialWeights(config, 3), tokenizer, dtype: 'BF16' });
  return { folder, config };
}

function near(got: tf.Tensor, expected: tf.Tensor, what: string, tolerance = 1e-5): void {
  const [x, y] = [got.dataSync<'float32'>(), expected.dataSync<'float32'>()];
  const scale = y.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  const worst = x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0);
  assert.ok(worst <= tolerance * scale, `${what}: off by ${worst}, largest value ${scale}`);
}

it('rounds to bfloat16 as files are written: to the nearest, ties to even, infinities and NaN kept', {
  skip: whyNoTensorflow(),
}, async () => {
  await useBackend('tensorflow', { threads: 1 });
  const special = [0, -0, 1, 1.00390625, 1.01171875, -1.00390625, 3.4e38, Infinity, -Infinity, NaN, 1e-40, 2 ** -126];
  const numbers = Float32Array.from({ length: 4096 }, (_, i) => special[i] ?? Math.sin(i) * 2 ** ((i % 40) - 20));
  const packed = packedFrom(tf.tensor2d(numbers, [64, 64]));
  const got = toFloat32(packedBytes(packed), 'BF16', 'test');
  const expected = toFloat32(fromFloat32(numbers, 'BF16'), 'BF16', 'test');
  assert.deepEqual([...got].map(String), [...expected].map(String));
  assert.deepEqual([...unpacked(packed).dataSync()].map(String), [...expected].map(String));
});

for (const tied of [true, false])
  describe(`bfloat16 weights, ${tied ? 'tied table' : 'own output layer'}`, { skip: whyNoTensorflow() }, () => {
    let made: ReturnType<typeof madeFolder>;
    let [whole, packed]: Weights[] = [];
    before(async () => {
      await useBackend('tensorflow', { threads: 1 });
      made = madeFolder(tied);
      const [a, b] = (['float32', 'auto'] as const).map((dtype) => loadWeights(made.folder, made.config, { dtype }));
      assert.equal(a!.hash, b!.hash);
      [whole, packed] = [a!.weights, b!.weights];
    });

    it('rest in half the memory where they are large, and are the same numbers', () => {
      const large = Object.keys(packed!).filter((name) => isPacked(packed![name]!));
      assert.deepEqual(
        large.filter((name) => name.includes('layers.1')),
        ['gate', 'up', 'down'].map((part) => `model.layers.1.mlp.${part}_proj.weight`),
      );
      assert.ok(large.includes('model.embed_tokens.weight'));
      assert.equal(large.includes('lm_head.weight'), !tied);
      for (const name of large) {
        assert.equal(packed![name]!.size * 2, whole![name]!.size);
        near(inFloat32(name, packed![name]!), whole![name]!, name, 0);
      }
    });

    it('give the logits of float32', () => {
      const inputs = { inputIds: [IDS], attentionMask: [IDS.map(() => 1)], images: [] };
      near(logitsByGraph(made.config, packed!, inputs), logitsByGraph(made.config, whole!, inputs), 'logits');
    });

    it('give the log-probabilities and gradients of float32, whole and by chunks of positions', () => {
      const adapters = Object.fromEntries(
        Object.entries(createAdapters(packed!, DECODER_LINEAR, 4, 0)).map(([name, adapter], i) => [
          name,
          name.endsWith('.b') ? tf.randomNormal(adapter.shape, 0, 0.05, 'float32', i) : adapter,
        ]),
      );
      const prefix = prefixBatch(made.config, [promptOfIds(made.config, IDS, [])]);
      const response = responseBatch(made.config, prefix, [
        [3, 9, 11],
        [7, 2],
      ]);
      const batch = { prefix: prefixTensors(made.config, prefix), response: responseTensors(made.config, response) };
      for (const numbersAtOnce of [2 ** 24, 8400 * 5]) {
        const [of, expected] = [packed!, whole!].map((base) =>
          gradientFn('test', Object.keys(adapters), (w: Weights, { prefix, response }: typeof batch) => {
            const use = { temperature: 0.7, entropy: 'trained', numbersAtOnce } as const;
            const group = { prefix, response, features: null };
            const { logps, entropies } = groupLogps(made.config, withScaledAdapters(w, SCALE), group, use);
            return { loss: tf.sum(tf.mul(tf.add(logps, entropies!), response.mask)) as tf.Scalar, extras: null };
          })({ ...base, ...adapters }, batch),
        );
        near(of!.loss, expected!.loss, 'loss');
        assert.ok(Object.keys(of!.grads).length === 28 && Object.keys(of!.grads).every(isAdapter));
        for (const name of Object.keys(adapters)) near(of!.grads[name]!, expected!.grads[name]!, name, 2e-5);
      }
    });

    it('write the tokens of float32, adapters beside them, a token and not four by a graph', () => {
      const request = {
        prefix: prefixBatch(made.config, [promptOfIds(made.config, IDS, [])]),
        ...{ features: null, perGroup: 2, maxNewTokens: 20, stopIds: [], sampling: GREEDY, uniform: () => 0.5 },
      };
      const calls: string[] = [];
      const listen = (call: unknown) => {
        const { name, at, traced } = call as GraphCall;
        if (name === 'decode' && at === 'end') calls.push(traced ? 'traced' : 'known');
      };
      graphCalls.subscribe(listen);
      const adapters = createAdapters(whole!, DECODER_LINEAR, 4, 0);
      const rows = [packed!, whole!].map((base) => {
        const { weights } = createApplier(SCALE)({ ...base, ...adapters });
        return createGenerator(made.config)
          .generate(weights, request)
          .map(({ ids }) => ids);
      });
      graphCalls.unsubscribe(listen);
      assert.deepEqual(rows[0], rows[1]);
      assert.equal(rows[0]?.[0]?.length, 20);
      assert.equal(calls.length, 20 + 20 / 4);
      assert.equal(calls.filter((call) => call === 'traced').length, lengthsOfCache(20) + lengthsOfCache(16));
    });

    it('are saved as the bytes they came from, and merged with adapters in float32', () => {
      const tokenizer = makeTokenizer(...tokenizerFiles());
      const again = join(mkdtempSync(join(tmpdir(), 'sophia-bf16-')), 'again');
      saveModel(again, { config: made.config, weights: packed!, tokenizer, dtype: 'BF16' });
      const file = (folder: string) => readFileSync(join(folder, 'model.safetensors'));
      assert.ok(file(again).equals(file(made.folder)));
      const name = 'model.layers.0.mlp.up_proj.weight';
      const adapters = {
        [`lora.${name}.a`]: tf.randomNormal([256, 4], 0, 1, 'float32', 1),
        [`lora.${name}.b`]: tf.randomNormal([4, 2048], 0, 1, 'float32', 2),
      };
      const [of, expected] = [packed!, whole!].map((base) => mergedWeight({ ...base, ...adapters }, name, SCALE));
      near(of!, expected!, name);
      // Merged without leaving TensorFlow: the numbers of the float32 path, rounded to bfloat16.
      const merged = (base: Weights) => {
        const folder = join(mkdtempSync(join(tmpdir(), 'sophia-bf16-')), 'merged');
        const weights = { ...base, ...adapters };
        saveModel(folder, { config: made.config, weights, tokenizer, dtype: 'BF16', loraScale: SCALE });
        const { entries } = readSafetensors(join(folder, 'model.safetensors'));
        return [...entries.values()].map((entry) => [entry.name, entry.data()] as const);
      };
      const [rounded, byFloat] = [merged(packed!), merged(whole!)];
      assert.deepEqual(
        rounded.map(([at]) => at),
        byFloat.map(([at]) => at),
      );
      let differ = 0;
      for (const [i, [at, numbers]] of rounded.entries())
        for (const [j, value] of numbers.entries()) {
          const other = byFloat[i]![1][j]!;
          if (value === other) continue;
          assert.equal(at, name);
          differ++; // sums in another order, next to a tie
          assert.ok(Math.abs(value - other) <= 2 ** -7 * Math.abs(other) + 1e-6, `${value}, not ${other}`);
        }
      assert.ok(differ < 0.001 * 256 * 2048, `${differ} differ`);
    });

    it('are refused by name on WebAssembly where they are asked for, and float32 there by themselves', async () => {
      await useBackend('wasm');
      try {
        assert.throws(
          () => loadWeights(made.folder, made.config, { dtype: 'bfloat16', wanted: () => false }),
          /model\.dtype bfloat16: the WebAssembly backend computes with float32 weights alone/,
        );
        const table = 'model.embed_tokens.weight';
        const only = { dtype: 'auto', wanted: (name: string) => name === table } as const;
        const { weights } = loadWeights(made.folder, made.config, only);
        assert.equal(weights[table]!.dtype, 'float32');
        assert.deepEqual(Object.keys(weights), [table]);
      } finally {
        await useBackend('tensorflow');
      }
    });
  });

function tokenizerFiles() {
  const files = buildTokenizerFiles();
  return [files.tokenizerJson, files.tokenizerConfig, files.template] as const;
}
