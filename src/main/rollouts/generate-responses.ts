/**
 * From encoded questions to groups of responses: image features once per question, prefix once per group, N sampled rows. Every uniform
 * number is keyed by (seed, step, question, sample, position), so a response depends on nothing that was drawn before it. A question that
 * comes twice in a step (a small imported set) is keyed by its occurrence too, or both groups would be the same responses.
 */

import type * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../shared/values/list.ts';
import { hash32, uniformAt } from '../../shared/values/random.ts';
import type { ImageBatch, ModelConfig } from '../model/families/family.ts';
import { imageBatch } from '../model/families/images.ts';
import type { ModelEncoder } from '../model/folder/model-folder.ts';
import type { Generator } from '../model/network/decode.ts';
import type { TextConfig } from '../model/network/decoder-config.ts';
import { prefixBatch } from '../model/network/prefix.ts';
import { LIKELIEST, type SamplingOptions } from '../model/network/sampling.ts';
import type { Weights } from '../model/network/weights.ts';
import type { EncodedQuestion } from './encode-question.ts';
import { featuresOfSome, type KnownFeatures, type PictureFeatures, pictureFeatures } from './picture-features.ts';

/** One response of a group. */
export interface Response {
  readonly ids: readonly number[]; // end token included where reached
  readonly logps: readonly number[]; // of the sampling policy at the sampling temperature
  readonly text: string;
  readonly truncated: boolean;
}

/** Rows g*N + n: response n to question g, with the images' features (null without images). */
export interface RolloutBatch {
  readonly features: tf.Tensor2D | null; // [image tokens, H]; the caller disposes
  readonly responses: readonly Response[];
}

/** What drives sampling: `step` sets one use of a question apart from another. */
export interface DrawKey {
  readonly seed: number;
  readonly step: number;
}

/** Everything generation needs of a model; make it once per run. */
export interface Sampler extends ModelEncoder {
  readonly generator: Generator;
  readonly features: PictureFeatures;
  readonly mostCacheBytes: number; // of keys and values that are held at once, unless a single question's are more
}

/**
 * What keys and values may take. A constant and not the machine's memory: where the questions are cut shows in the last bits. All of a step of the
 * embedded models takes a hundredth of it; of a 3B with 1,024 tokens, seven groups of eight fit.
 */
const MOST_CACHE_BYTES = 4 * 2 ** 30;

/** Makes a sampler over a generator. */
export function createSampler(
  model: ModelEncoder,
  generator: Generator,
  mostCacheBytes: number = MOST_CACHE_BYTES,
): Sampler {
  const { config, tokenizer, imageEncoder } = model;
  return { config, tokenizer, imageEncoder, generator, features: pictureFeatures(config), mostCacheBytes };
}

/** The pixels of all images of a list of questions, null where none has any. The caller disposes. */
export function questionPixels(config: ModelConfig, questions: readonly EncodedQuestion[]): ImageBatch | null {
  return imageBatch(
    config,
    questions.flatMap((question) => question.images),
  );
}

/** The stream of draws of each question of a step, given their names; the first of equal ones draws as it would alone. */
export function drawStreams(ids: readonly string[], step: number): number[] {
  const times = new Map<string, number>();
  return ids.map((id) => {
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    return hash32(before === 0 ? `${step}:${id}` : `${step}:${id}\n${before}`);
  });
}

/**
 * Samples N responses to each question; with `key` null every token is the likeliest one, through the same graphs. Features of pictures that are
 * in `known` are not made again. Questions whose keys and values would not fit together are answered one part after the other, with the same draws.
 */
export function generateResponses(
  sampler: Sampler,
  weights: Weights,
  questions: readonly EncodedQuestion[],
  numGenerations: number,
  maxCompletionLength: number,
  sampling: SamplingOptions,
  key: DrawKey | null,
  known?: KnownFeatures,
): RolloutBatch {
  const { config, generator, tokenizer } = sampler;
  const features = sampler.features(weights, questions, known);
  const ids = questions.map(({ question }) => question.id);
  const streams = key === null ? [] : drawStreams(ids, key.step);
  const parts = generationParts(config.text, questions, numGenerations, maxCompletionLength, sampler.mostCacheBytes);
  const responses = parts.flatMap((part) => {
    const prompts = part.map((g) => entryAt(questions, g, 'question').prompt);
    const shown = parts.length === 1 ? features : featuresOfSome(questions, part, features);
    const rows = generator.generate(weights, {
      prefix: prefixBatch(config, prompts),
      features: shown,
      perGroup: numGenerations,
      maxNewTokens: maxCompletionLength,
      stopIds: config.text.eosTokenIds,
      sampling,
      uniform: (row, position) => {
        if (key === null) return LIKELIEST;
        const stream = entryAt(streams, entryAt(part, Math.floor(row / numGenerations), 'question'), 'stream of draws');
        return uniformAt(key.seed, stream, row % numGenerations, position);
      },
    });
    if (shown !== features) shown?.dispose();
    return rows.map((row) => ({ ...row, text: tokenizer.decode(row.ids) }));
  });
  return { features, responses };
}

/**
 * The places of questions that are answered together, part by part in order: as many as keep their prompts' and responses' keys and values (float32)
 * within `mostBytes`, at least one, in parts of nearly one size.
 */
export function generationParts(
  { numHiddenLayers, numKeyValueHeads, headDim }: TextConfig,
  questions: readonly EncodedQuestion[],
  numGenerations: number,
  maxCompletionLength: number,
  mostBytes: number,
): number[][] {
  const longest = Math.max(0, ...questions.map(({ prompt }) => prompt.ids.length)); // prompts are padded to the longest
  const tokens = longest + numGenerations * maxCompletionLength;
  const bytes = 2 * 4 * numHiddenLayers * numKeyValueHeads * headDim * tokens;
  const most = Math.max(1, Math.floor(mostBytes / bytes));
  const size = Math.ceil(questions.length / Math.ceil(questions.length / most));
  return Array.from({ length: Math.ceil(questions.length / size) }, (_, i) =>
    questions.slice(i * size, (i + 1) * size).map((_question, at) => i * size + at),
  );
}
