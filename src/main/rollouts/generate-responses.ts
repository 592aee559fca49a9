/**
 * From encoded questions to groups of responses: image features once per question, prefix once per group, N sampled rows. Every uniform
 * number is keyed by (seed, step, question, sample, position), so a response depends on nothing that was drawn before it. A question that
 * comes twice in a step (a small imported set) is keyed by its occurrence too, or both groups would be the same responses.
 */

import type * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../shared/values/list.ts';
import { hash32, uniformAt } from '../../shared/values/random.ts';
import type { ImageBatch, ModelConfig } from '../model/families/family.ts';
import { imageBatch, imageFeatures } from '../model/families/images.ts';
import { familyOf } from '../model/families/registry.ts';
import type { ModelEncoder } from '../model/folder/model-folder.ts';
import type { Generator } from '../model/network/decode.ts';
import { type PrefixBatch, prefixBatch } from '../model/network/prefix.ts';
import { LIKELIEST, type SamplingOptions } from '../model/network/sampling.ts';
import type { Weights } from '../model/network/weights.ts';
import { compile } from '../tensor/compile.ts';
import { disposeTree } from '../tensor/tree.ts';
import type { EncodedQuestion } from './encode-question.ts';

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
  readonly features: (weights: Weights, questions: readonly EncodedQuestion[]) => tf.Tensor2D | null;
}

/** Makes a sampler over a generator; its image features are compiled per list of grids. */
export function createSampler(model: ModelEncoder, generator: Generator): Sampler {
  const { config, tokenizer, encodeImage } = model;
  const { visionPrefix } = familyOf(config);
  const tower = compile('features', ({ weights, images }: { readonly weights: Weights; readonly images: ImageBatch }) =>
    imageFeatures(config, weights, images),
  );
  return {
    config,
    tokenizer,
    encodeImage,
    generator,
    features: (weights, questions) => {
      const images = questionPixels(config, questions);
      if (images === null) return null;
      const visual = Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(visionPrefix)));
      const features = tower({ weights: visual, images });
      disposeTree(images);
      return features;
    },
  };
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

/** Samples N responses to each question; with `key` null every token is the likeliest one, through the same graphs. */
export function generateResponses(
  sampler: Sampler,
  weights: Weights,
  questions: readonly EncodedQuestion[],
  numGenerations: number,
  maxCompletionLength: number,
  sampling: SamplingOptions,
  key: DrawKey | null,
): RolloutBatch {
  const prefix = prefixBatch(
    sampler.config,
    questions.map((question) => question.prompt),
  );
  const features = sampler.features(weights, questions);
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
