/**
 * Supervised fine-tuning: mean cross-entropy of given responses after their prompts (demonstrations, or a score after a thinking), or of
 * single tokens at chosen places of a text that is only read (a verdict after each step).
 * The same group pass as GRPO with one response per prompt.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageBatch, ImageInput, ModelConfig } from '../../model/families/family.ts';
import { imageBatch, imageFeatures } from '../../model/families/images.ts';
import { withScaledAdapters } from '../../model/network/adapters/lora.ts';
import { groupLogps, type ResponseTensors, responseBatch, responseTensors } from '../../model/network/group-pass.ts';
import type { Prompt } from '../../model/network/prefix.ts';
import { type PrefixTensors, prefixBatch, prefixTensors } from '../../model/network/prefix.ts';
import type { Weights } from '../../model/network/weights.ts';
import { type GradientFn, gradientFn } from '../update/gradients.ts';

/** One example: a prompt, its images, the response tokens to learn. */
export interface SftExample {
  readonly prompt: Prompt;
  readonly images: readonly ImageInput[];
  readonly response: readonly number[];
  readonly learned?: readonly (readonly [place: number, token: number])[]; // instead of the response: what to write behind its place-th token
}

/** LoRA's rank, and what scales the product of A and B together with it. */
export interface LoraSize {
  readonly rank: number;
  readonly alpha: number;
}

/** A batch as tensors; `response.mask` says which tokens are learned. */
export type SftBatch = {
  readonly prefix: PrefixTensors;
  readonly response: ResponseTensors;
  readonly images: ImageBatch | null;
};

/**
 * Gradients of the mean token loss over a batch; trains the vision tower where it is in `trainable`. With LoRA, which trains models too large to be
 * trained whole, layers are computed again for the gradient instead of kept.
 */
export function sftGradients(
  config: ModelConfig,
  trainable: readonly string[],
  lora: LoraSize | null = null,
): GradientFn<SftBatch, null> {
  const lossOf = (all: Weights, { prefix, response, images }: SftBatch) => {
    const w = lora === null ? all : withScaledAdapters(all, lora.alpha / lora.rank);
    const features = images === null ? null : imageFeatures(config, w, images);
    const { logps } = groupLogps(config, w, { prefix, response, features });
    const { mask } = response;
    const tokens = tf.sum(mask);
    const loss: tf.Scalar = tf.neg(tf.div(tf.sum(tf.mul(logps, mask)), tokens));
    return { loss, extras: null };
  };
  return gradientFn('sft', trainable, lossOf, { gradientCheckpointing: lora !== null });
}

/** A batch's tensors; the caller disposes. */
export function sftBatch(config: ModelConfig, examples: readonly SftExample[]): SftBatch {
  const prefix = prefixBatch(
    config,
    examples.map((example) => example.prompt),
    8,
  );
  const response = responseBatch(
    config,
    prefix,
    examples.map((example) => example.response),
    8,
  );
  examples.forEach(({ learned }, row) => {
    if (learned === undefined) return;
    const from = row * response.length;
    response.mask.fill(0, from, from + response.length);
    for (const [place, token] of learned) {
      response.mask[from + place] = 1;
      response.targets[from + place] = token;
    }
  });
  return {
    prefix: prefixTensors(config, prefix),
    response: responseTensors(config, response),
    images: imageBatch(
      config,
      examples.flatMap((example) => example.images),
    ),
  };
}
