/**
 * Supervised fine-tuning: mean cross-entropy of given responses after their prompts (demonstrations, or a score after a thinking), or of
 * single tokens at chosen places of a text that is only read (a verdict after each step).
 * The same group pass as GRPO with one response per prompt.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';
import { imageFeatures } from '../../model/families/qwen2-5-vl/qwen-vl.ts';
import {
  groupLogps,
  PREFIX_TENSORS,
  RESPONSE_TENSORS,
  responseBatch,
  responseTensors,
} from '../../model/network/group-pass.ts';
import { type Prompt, prefixBatch, prefixTensors } from '../../model/network/prefix.ts';
import type { GridThw } from '../../model/network/rope.ts';
import { type GradientFn, gradientFn } from '../update/gradients.ts';

/** One example: a prompt, the response tokens to learn, its images' patches. */
export interface SftExample {
  readonly prompt: Prompt;
  readonly response: readonly number[];
  readonly learned?: readonly (readonly [place: number, token: number])[]; // instead of the response: what to write behind its place-th token
  readonly pixels: Float32Array; // [patches, patchDim] of all its images
}

/** Gradients of the mean token loss over a batch whose images all have one grid; trains the vision tower where it is in `trainable`. */
export function sftGradients(config: ModelConfig, trainable: readonly string[], grid: GridThw): GradientFn {
  return gradientFn('sft', trainable, (w, batch) => {
    const prefix = batch.slice(0, PREFIX_TENSORS);
    const response = batch.slice(PREFIX_TENSORS, PREFIX_TENSORS + RESPONSE_TENSORS);
    const pixels = batch.at(-1) as tf.Tensor2D;
    const images = pixels.shape[0] / (grid[0] * grid[1] * grid[2]);
    const features = imageFeatures(config, w, pixels, Array<GridThw>(images).fill(grid));
    const { logps } = groupLogps(config, w, prefix, response, features);
    const mask = response[2] as tf.Tensor2D;
    const tokens = tf.sum(mask);
    const loss = tf.neg(tf.div(tf.sum(tf.mul(logps, mask)), tokens)) as tf.Scalar;
    return { loss, extras: [] };
  });
}

/** A batch's tensors in the order sftGradients takes them; the caller disposes. */
export function sftBatch(config: ModelConfig, examples: readonly SftExample[]): tf.Tensor[] {
  const prefix = prefixBatch(
    config,
    examples.map((one) => one.prompt),
    8,
  );
  const response = responseBatch(
    config,
    prefix,
    examples.map((one) => one.response),
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
  const patchDim = config.vision.inChannels * config.vision.temporalPatchSize * config.vision.patchSize ** 2;
  const total = examples.reduce((sum, one) => sum + one.pixels.length, 0);
  const pixels = new Float32Array(total);
  let at = 0;
  for (const one of examples) {
    pixels.set(one.pixels, at);
    at += one.pixels.length;
  }
  return [
    ...prefixTensors(config, prefix),
    ...responseTensors(config, response),
    tf.tensor2d(pixels, [total / patchDim, patchDim]),
  ];
}
