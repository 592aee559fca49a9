/**
 * Log-probabilities of N responses to each of G prompts in one pass with a shared prefix: what the update, the reference and TRM scoring use.
 * Rows are grouped: row g*N + n is response n of prompt g.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../../shared/values/list.ts';
import type { NetworkConfig } from './decoder-config.ts';
import { MASKED } from './inputs/masks.ts';
import { rotaryTables } from './inputs/rope.ts';
import { PADDING, type PrefixBatch, type PrefixTensors, prefixKeyValues } from './prefix.ts';
import { type LogitsUse, positionValues } from './response-logps.ts';
import { type DropoutMasks, textForward, tokenEmbeddings } from './text.ts';
import type { Weights } from './weights.ts';

/** Responses padded on the right to C tokens, as plain arrays. */
export interface ResponseBatch {
  readonly rows: number; // R = G*N
  readonly length: number; // C
  readonly ids: Int32Array; // [R*C] inputs: the prompt's last token, then all but the last response token
  readonly targets: Int32Array; // [R*C] response tokens, 0 on padding
  readonly mask: Float32Array; // [R*C] completionMask: 1 on response tokens (end token included)
  readonly cos: Float32Array; // [R*C*headDim]
  readonly sin: Float32Array;
}

/** Puts responses (token ids, R of them) beside their prefixes; C is the longest, rounded up to a multiple of `multiple`. */
export function responseBatch(
  config: NetworkConfig,
  prefix: PrefixBatch,
  responses: readonly (readonly number[])[],
  multiple = PADDING,
): ResponseBatch {
  const rows = responses.length;
  const perGroup = rows / prefix.groups;
  const longest = Math.max(1, ...responses.map((response) => response.length));
  const length = Math.ceil(longest / multiple) * multiple;
  const ids = new Int32Array(rows * length);
  const targets = new Int32Array(rows * length);
  const mask = new Float32Array(rows * length);
  const { headDim } = config.text;
  const cos = new Float32Array(rows * length * headDim);
  const sin = new Float32Array(rows * length * headDim);
  responses.forEach((response, row) => {
    const g = Math.floor(row / perGroup);
    ids[row * length] = entryAt(prefix.lastIds, g, 'prompt');
    response.forEach((id, t) => {
      targets[row * length + t] = id;
      mask[row * length + t] = 1;
      if (t + 1 < length) ids[row * length + t + 1] = id;
    });
  });
  for (let g = 0; g < prefix.groups; g++) {
    const tables = continuationTables(config, entryAt(prefix.lastPositions, g, 'prompt'), length);
    for (let n = 0; n < perGroup; n++) {
      cos.set(tables.cos, (g * perGroup + n) * length * headDim);
      sin.set(tables.sin, (g * perGroup + n) * length * headDim);
    }
  }
  return { rows, length, ids, targets, mask, cos, sin };
}

/** Rotary tables [length * headDim] of text that goes on from `start` (the prompt's last token). */
export function continuationTables(
  config: NetworkConfig,
  start: number,
  length: number,
): { cos: Float32Array; sin: Float32Array } {
  const axis = Int32Array.from({ length }, (_, t) => start + t);
  return rotaryTables(
    config.text.mropeSection.map(() => axis),
    config.text,
  );
}

/** Responses as tensors. */
export type ResponseTensors = {
  readonly ids: tf.Tensor1D; // [R*C] int32
  readonly targets: tf.Tensor1D; // [R*C] int32
  readonly mask: tf.Tensor2D; // [R, C] completionMask
  readonly cos: tf.Tensor4D; // [R, C, 1, headDim]
  readonly sin: tf.Tensor4D;
  readonly selfBias: tf.Tensor4D; // [1, 1, C, C]
};

/** The responses as tensors. Caller disposes. */
export function responseTensors(config: NetworkConfig, batch: ResponseBatch): ResponseTensors {
  const { rows, length } = batch;
  const causal = Float32Array.from({ length: length * length }, (_, i) =>
    i % length <= Math.floor(i / length) ? 0 : MASKED,
  );
  return {
    ids: tf.tensor1d(batch.ids, 'int32'),
    targets: tf.tensor1d(batch.targets, 'int32'),
    mask: tf.tensor2d(batch.mask, [rows, length]),
    cos: tf.tensor4d(batch.cos, [rows, length, 1, config.text.headDim]),
    sin: tf.tensor4d(batch.sin, [rows, length, 1, config.text.headDim]),
    selfBias: tf.tensor4d(causal, [1, 1, length, length]),
  };
}

/** Prompts and their responses, with the features of the prompts' images [image tokens, layers * H] (null for text alone). */
export type GroupTensors = {
  readonly prefix: PrefixTensors;
  readonly response: ResponseTensors;
  readonly features: tf.Tensor2D | null;
};

/** Hidden states [R*C, H] of the responses after their shared prefixes; with `dropout`, of one sampled network. */
export function groupHidden(
  config: NetworkConfig,
  w: Weights,
  group: GroupTensors,
  dropout?: DropoutMasks,
): tf.Tensor2D {
  const shared = prefixKeyValues(config, w, group.prefix, group.features, dropout);
  const { ids, mask, cos, sin, selfBias } = group.response;
  const [rows, length] = mask.shape;
  const x = tokenEmbeddings(w, ids);
  return textForward(config.text, w, x, { rows, length, cos, sin, selfBias, shared, history: [], dropout }).hidden;
}

/** perTokenLogps [R, C] and, where asked for, entropies [R, C] in nats (padding positions hold numbers without meaning). */
export function groupLogps(
  config: NetworkConfig,
  w: Weights,
  group: GroupTensors,
  use: LogitsUse = { temperature: 1, entropy: 'none' },
): { logps: tf.Tensor2D; entropies: tf.Tensor2D | null } {
  const { mask, targets } = group.response;
  const { logps, entropies } = positionValues(config.text, w, groupHidden(config, w, group), targets, use);
  return {
    logps: tf.reshape(logps, mask.shape),
    entropies: entropies === null ? null : tf.reshape(entropies, mask.shape),
  };
}
