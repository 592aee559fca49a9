/**
 * Generation, the shared-prefix pass and the plain forward pass agree with each other and with transformers' greedy tokens.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { imageFeatures } from '../../src/main/model/families/images.ts';
import { forward } from '../../src/main/model/families/plain-pass.ts';
import { promptOfIds } from '../../src/main/model/families/prompt.ts';
import { type GridThw, qwenGrid } from '../../src/main/model/families/qwen-shared/pictures/grid.ts';
import type { QwenVlConfig } from '../../src/main/model/families/qwen2-5-vl/config.ts';
import { loadWeights } from '../../src/main/model/folder/load-weights.ts';
import { loadConfig } from '../../src/main/model/folder/model-folder.ts';
import { readSafetensors } from '../../src/main/model/io/safetensors.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import { groupLogps, responseBatch, responseTensors } from '../../src/main/model/network/group-pass.ts';
import { tokenLogps } from '../../src/main/model/network/ops.ts';
import { type PrefixBatch, prefixBatch, prefixTensors } from '../../src/main/model/network/prefix.ts';
import { GREEDY, LIKELIEST, type SamplingOptions } from '../../src/main/model/network/sampling.ts';
import { useBackend, whyNoTensorflow } from '../../src/main/tensor/backend.ts';
import { fixed } from '../../src/main/tensor/tree.ts';
import { uniformAt } from '../../src/shared/values/random.ts';

const FAMILIES = ['qwen25vl-a', 'qwen3vl-a'] as const; // fixtures
const BACKENDS = whyNoTensorflow() === undefined ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const);
const SAMPLED: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };

interface Case {
  readonly input_ids: number[][];
  readonly greedy_tokens: number[][];
  readonly image_grid_thw?: GridThw[];
}

for (const [name, backend] of FAMILIES.flatMap((name) => BACKENDS.map((backend) => [name, backend] as const))) {
  const folder = join(import.meta.dirname, '../fixtures', name);
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    cases: { text: Case; image: Case };
  };
  const config = loadConfig(folder) as QwenVlConfig;

  describe(`generation of ${name} on ${backend}`, () => {
    let weights: ReturnType<typeof loadWeights>['weights'];
    let features: tf.Tensor2D;
    let prefix: PrefixBatch;
    const { text, image } = expected.cases;
    const grids = image.image_grid_thw!.map((thw) => qwenGrid(thw, config.vision));
    const prompts = [promptOfIds(config, image.input_ids[0]!, grids), promptOfIds(config, text.input_ids[0]!, [])];
    const draw = (row: number, position: number): number => uniformAt(7, row, position);
    const generate = (
      sampling: SamplingOptions,
      perGroup: number,
      maxNewTokens: number,
      stopIds: number[] = [],
      uniform = draw,
    ) =>
      createGenerator(config).generate(weights, {
        prefix,
        features,
        perGroup,
        maxNewTokens,
        stopIds,
        sampling,
        uniform,
      });

    before(async () => {
      await useBackend(backend, { threads: 1 });
      weights = loadWeights(folder, config).weights;
      const pixels = readSafetensors(join(folder, 'expected.safetensors')).entries.get('image0.pixel_values')!;
      features = tf.tidy(() =>
        imageFeatures(config, weights, {
          pixels: tf.tensor2d(pixels.data(), pixels.shape as [number, number]),
          grids: fixed(grids),
        }),
      );
      prefix = prefixBatch(config, prompts);
    });

    it("writes transformers' greedy tokens for an image prompt and a text prompt in one left-padded batch", () => {
      const rows = generate(GREEDY, 2, 8);
      assert.deepEqual(
        rows.map((row) => row.ids),
        [image, image, text, text].map((one) => one.greedy_tokens[0]!.slice(0, 8)),
      );
    });

    it('gives the same log-probabilities while generating, in the group pass and in a plain forward pass', () => {
      const rows = generate(SAMPLED, 4, 20);
      const response = responseBatch(
        config,
        prefix,
        rows.map((row) => row.ids),
      );
      const logps = tf.tidy(() =>
        groupLogps(config, weights, {
          prefix: prefixTensors(config, prefix),
          response: responseTensors(config, response),
          features,
        }).logps.arraySync(),
      );
      rows.forEach((row, r) => {
        row.logps.forEach((logp, t) => {
          assert.ok(Math.abs(logp - logps[r]![t]!) < 1e-4, `row ${r} token ${t}`);
        });
      });
      const ids = [...text.input_ids[0]!, ...rows[5]!.ids]; // row 5 answers the text prompt
      const plain = tf.tidy(() => {
        const { logits } = forward(config, weights, {
          inputIds: [ids],
          attentionMask: [ids.map(() => 1)],
          images: [],
        });
        return tokenLogps(
          tf.slice(logits, [0, 0], [ids.length - 1, -1]),
          tf.tensor1d(ids.slice(1), 'int32'),
        ).arraySync();
      });
      const start = text.input_ids[0]!.length - 1;
      rows[5]!.ids.forEach((_, t) => {
        assert.ok(Math.abs(plain[start + t]! - logps[5]![t]!) < 1e-4, `token ${t}`);
      });
    });

    it('ends a row at its stop token and says whether it was cut', () => {
      const free = generate(SAMPLED, 4, 12);
      const stop = free[0]!.ids[5]!;
      const rows = generate(SAMPLED, 4, 12, [stop]);
      assert.equal(rows[0]!.ids.at(-1), stop);
      assert.equal(rows[0]!.truncated, false);
      assert.ok(rows.every((row) => row.truncated === (row.ids.at(-1) !== stop)));
    });

    it('takes the likeliest tokens in rows that ask for them, beside rows that sample', () => {
      const rows = generate(SAMPLED, 2, 8, [], (row, position) => (row % 2 === 0 ? LIKELIEST : draw(row, position)));
      const greedy = generate(GREEDY, 2, 8);
      const sampled = generate(SAMPLED, 2, 8);
      rows.forEach(({ ids }, row) => {
        assert.deepEqual(ids, (row % 2 === 0 ? greedy : sampled)[row]!.ids);
      });
      assert.notDeepEqual(
        greedy.map((row) => row.ids),
        sampled.map((row) => row.ids),
      );
    });

    it('leaves no tensor behind', () => {
      const count = tf.memory().numTensors;
      generate(SAMPLED, 2, 10);
      assert.equal(tf.memory().numTensors, count);
    });

    it('keeps to the top k tokens, and to the nucleus', () => {
      const greedy = generate(GREEDY, 1, 6).map((row) => row.ids);
      assert.deepEqual(
        generate({ temperature: 1, topP: 1, topK: 1 }, 1, 6).map((row) => row.ids),
        greedy,
      );
      assert.deepEqual(
        generate({ temperature: 1, topP: 1e-6, topK: 0 }, 1, 6).map((row) => row.ids),
        greedy,
      );
    });
  });
}
