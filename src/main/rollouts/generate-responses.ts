/**
 * From encoded questions to groups of responses: image features once per question, prefix once per group, N sampled rows. Every uniform
 * number is keyed by (seed, step, question, sample, position), so a response depends on nothing that was drawn before it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { hash32, uniformAt } from '../../shared/values/random.ts';
import type { ModelConfig } from '../model/families/qwen2-5-vl/config.ts';
import { imageFeatures } from '../model/families/qwen2-5-vl/qwen-vl.ts';
import type { Tokenizer } from '../model/folder/tokenizer.ts';
import type { Generator } from '../model/network/decode.ts';
import { type PrefixBatch, prefixBatch } from '../model/network/prefix.ts';
import { LIKELIEST, type SamplingOptions } from '../model/network/sampling.ts';
import type { Weights } from '../model/network/weights.ts';
import { type Compiled, compile } from '../tensor/compile.ts';
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
export interface Sampler {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly generator: Generator;
  readonly features: (weights: Weights, questions: readonly EncodedQuestion[]) => tf.Tensor2D | null;
}

/** Makes a sampler over a generator; its image features are compiled per grid layout. */
export function createSampler(config: ModelConfig, tokenizer: Tokenizer, generator: Generator): Sampler {
  const graphs = new Map<string, Compiled>();
  return {
    config,
    tokenizer,
    generator,
    features: (weights, questions) => {
      const images = questions.flatMap((one) => one.images);
      if (images.length === 0) return null;
      const grids = images.map((image) => image.gridThw);
      const names = Object.keys(weights).filter((name) => name.startsWith('visual.'));
      const key = grids.join(';');
      const run = (inputs: tf.Tensor[]) => [
        imageFeatures(
          config,
          Object.fromEntries(names.map((name, i) => [name, inputs[i]!])),
          inputs.at(-1) as tf.Tensor2D,
          grids,
        ),
      ];
      const graph = graphs.get(key) ?? compile('features', run);
      graphs.set(key, graph);
      const pixels = pixelTensor(config, questions);
      const [result] = graph([...names.map((name) => weights[name]!), pixels]);
      pixels.dispose();
      return result as tf.Tensor2D;
    },
  };
}

/** All images' patches of a list of questions as one tensor [patches, patchDim]. */
export function pixelTensor(config: ModelConfig, questions: readonly EncodedQuestion[]): tf.Tensor2D {
  const parts = questions.flatMap((one) => one.images.map((image) => image.pixelValues));
  const { inChannels, temporalPatchSize, patchSize } = config.vision;
  const width = inChannels * temporalPatchSize * patchSize ** 2;
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return tf.tensor2d(all, [all.length / width, width]);
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
    questions.map((one) => one.prompt),
  );
  const features = sampler.features(weights, questions);
  const streams = questions.map((one) => hash32(`${key?.step}:${one.question.id}`));
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
        : uniformAt(key.seed, streams[Math.floor(row / numGenerations)]!, row % numGenerations, position),
  });
  const responses = rows.map((row) => ({ ...row, text: sampler.tokenizer.decode(row.ids) }));
  return { prefix, features, responses };
}
