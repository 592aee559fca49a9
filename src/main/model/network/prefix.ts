/**
 * A group's shared prefix: image and prompt are the same for its N responses, so they are embedded and run through the decoder once,
 * and every response attends to the same keys and values (in generation, scoring, the reference pass and, with gradients, the update).
 * The prompt's last token belongs to the responses' stretch, because its hidden state predicts their first token.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../shared/values/list.ts';
import type { PastKeyValues } from './attention/attend.ts';
import type { NetworkConfig } from './decoder-config.ts';
import { placeImages } from './inputs/image-places.ts';
import { causalBias, MASKED } from './inputs/masks.ts';
import { rotaryTables } from './inputs/rope.ts';
import { type DropoutMasks, textForward, tokenEmbeddings } from './text.ts';
import type { Weights } from './weights.ts';

/** One prompt without padding. It ends with text: the last token's position is the same on all axes, and a response goes on from it. */
export interface Prompt {
  readonly ids: readonly number[]; // [T]
  readonly positions: readonly Int32Array[]; // [axes][T], one axis per section of the rotary frequencies
  readonly imagePlaces: readonly number[]; // indices into ids, in order; each takes the next row of the image features
}

/** The prompt with text behind it: positions count on, on all axes, from the last one. */
export function withText(prompt: Prompt, ids: readonly number[]): Prompt {
  return {
    ids: [...prompt.ids, ...ids],
    positions: prompt.positions.map((axis) => {
      const last = axis.at(-1) ?? -1;
      const longer = new Int32Array(axis.length + ids.length);
      longer.set(axis);
      for (let i = 0; i < ids.length; i++) longer[axis.length + i] = last + 1 + i;
      return longer;
    }),
    imagePlaces: prompt.imagePlaces,
  };
}

/** G prompts (all but their last token) left-padded to P, as plain arrays; see prefixTensors. */
export interface PrefixBatch {
  readonly groups: number; // G
  readonly length: number; // P
  readonly ids: Int32Array; // [G*P]
  readonly from: Int32Array; // [G*P] row of [words; image features]
  readonly cos: Float32Array; // [G*P*headDim]
  readonly sin: Float32Array;
  readonly attended: readonly (readonly number[])[]; // [G][P]
  readonly lastIds: Int32Array; // [G] the prompts' last tokens
  readonly lastPositions: Int32Array; // [G] their position; text goes on from there
}

/** Prompts and responses are padded to a multiple of this many tokens, so that few graphs serve many batches. */
export const PADDING = 16;

/** Pads prompts on the left to a common length, a multiple of `multiple`. */
export function prefixBatch(config: NetworkConfig, prompts: readonly Prompt[], multiple = PADDING): PrefixBatch {
  const longest = Math.max(...prompts.map((prompt) => prompt.ids.length - 1));
  const length = Math.ceil(longest / multiple) * multiple;
  const groups = prompts.length;
  const ids = new Int32Array(groups * length);
  const from = new Int32Array(groups * length);
  const { headDim } = config.text;
  const cos = new Float32Array(groups * length * headDim);
  const sin = new Float32Array(groups * length * headDim);
  const attended: number[][] = [];
  const lastIds = new Int32Array(groups);
  const lastPositions = new Int32Array(groups);
  let feature = groups * length; // features follow the words in the table rows are taken from
  prompts.forEach((prompt, g) => {
    const pad = length - (prompt.ids.length - 1);
    const row = g * length;
    const last = prompt.ids.length - 1;
    const padded = prompt.positions.map((axis) => {
      const whole = new Int32Array(length); // padding has position 0
      whole.set(axis.subarray(0, last), pad);
      return whole;
    });
    const tables = rotaryTables(padded, config.text);
    cos.set(tables.cos, row * headDim);
    sin.set(tables.sin, row * headDim);
    for (let i = 0; i < length; i++) from[row + i] = row + i;
    ids.set(prompt.ids.slice(0, last), row + pad);
    for (const place of prompt.imagePlaces) from[row + pad + place] = feature++;
    attended.push(Array.from({ length }, (_, i) => (i < pad ? 0 : 1)));
    lastIds[g] = entryAt(prompt.ids, last, 'token of a prompt');
    lastPositions[g] = entryAt(firstOf(prompt.positions, 'axis'), last, 'position of a prompt');
  });
  return { groups, length, ids, from, cos, sin, attended, lastIds, lastPositions };
}

/** A prefix as tensors. */
export type PrefixTensors = {
  readonly ids: tf.Tensor1D; // [G*P] int32
  readonly from: tf.Tensor1D; // [G*P] int32
  readonly cos: tf.Tensor4D; // [G, P, 1, headDim]
  readonly sin: tf.Tensor4D;
  readonly selfBias: tf.Tensor4D; // [G, 1, P, P]
  readonly bias: tf.Tensor4D; // [G, 1, 1, P] for those who attend to the prefix
};

/** The prefix as tensors. Caller disposes. */
export function prefixTensors(config: NetworkConfig, batch: PrefixBatch): PrefixTensors {
  const { groups, length } = batch;
  const { headDim } = config.text;
  const seen = Float32Array.from(batch.attended.flat(), (attended) => (attended ? 0 : MASKED));
  return {
    ids: tf.tensor1d(batch.ids, 'int32'),
    from: tf.tensor1d(batch.from, 'int32'),
    cos: tf.tensor4d(batch.cos, [groups, length, 1, headDim]),
    sin: tf.tensor4d(batch.sin, [groups, length, 1, headDim]),
    selfBias: tf.tensor4d(causalBias(batch.attended), [groups, 1, length, length]),
    bias: tf.tensor4d(seen, [groups, 1, 1, length]),
  };
}

/** Keys and values of a batch of prefixes, per layer [G, KV, P, D]; `features` [image tokens, layers * H] or null for text alone. */
export function prefixKeyValues(
  config: NetworkConfig,
  w: Weights,
  prefix: PrefixTensors,
  features: tf.Tensor2D | null,
  dropout?: DropoutMasks,
): PastKeyValues {
  const { ids, from, cos, sin, selfBias, bias } = prefix;
  const [rows, length] = cos.shape;
  const words = tokenEmbeddings(w, ids);
  const { x, deepstack } = placeImages(words, features, from);
  const context = { rows, length, cos, sin, selfBias, shared: null, history: [], dropout, deepstack };
  const { keys, values } = textForward(config.text, w, x, context, true);
  return { keys, values, bias };
}
