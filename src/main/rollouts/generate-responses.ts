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
import { type PrefixBatch, prefixBatch } from '../model/network/prefix.ts';
import { LIKELIEST, type SamplingOptions } from '../model/network/sampling.ts';
import type { Weights } from '../model/network/weights.ts';
import type { EncodedQuestion } from './encode-question.ts';
import { type KnownFeatures, type PictureFeatures, pictureFeatures } from './picture-features.ts';

/** One response of a group. */
export interface Response {
  readonly ids: readonly number[]; // end token included where reached
  readonly logps: readonly number[]; // of the sampling policy at the sampling temperature
  readonly text: string;
  readonly truncated: boolean;
}

/** Rows g*N + n: response n to question g, with the prefix they share and the images' features (null without images). */
export interface RolloutBatch {
  readonly prefix: PrefixBatch;
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
}

/** Makes a sampler over a generator. */
export function createSampler(model: ModelEncoder, generator: Generator): Sampler {
  const { config, tokenizer, imageEncoder } = model;
  return { config, tokenizer, imageEncoder, generator, features: pictureFeatures(config) };
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
 * in `known` are not made again.
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
  const prefix = prefixBatch(
    sampler.config,
    questions.map((question) => question.prompt),
  );
  const features = sampler.features(weights, questions, known);
  const ids = questions.map(({ question }) => question.id);
  const streams = key === null ? [] : drawStreams(ids, key.step);
  const rows = sampler.generator.generate(weights, {
    prefix,
    features,
    perGroup: numGenerations,
    maxNewTokens: maxCompletionLength,
    stopIds: sampler.config.text.eosTokenIds,
    sampling,
    uniform: (row, position) =>
      key === null
        ? LIKELIEST
        : uniformAt(
            key.seed,
            entryAt(streams, Math.floor(row / numGenerations), 'stream of draws'),
            row % numGenerations,
            position,
          ),
  });
  const responses = rows.map((row) => ({ ...row, text: sampler.tokenizer.decode(row.ids) }));
  return { prefix, features, responses };
}
