/**
 * A model as a whole: token embeddings with image tokens put in their places, decoder, logits (for Qwen2.5-VL
 * transformers' Qwen2_5_VLForConditionalGeneration). This is the plain batched pass of parity, evaluation by logits and
 * the command line; training and generation use the same layers through prefix.ts and decode.ts.
 */

import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../../shared/errors.ts';
import { entryAt, firstOf, zip } from '../../../shared/values/list.ts';
import { compile } from '../../tensor/compile.ts';
import { type PlacedImages, placeImages } from '../network/inputs/image-places.ts';
import { causalBias } from '../network/inputs/masks.ts';
import { rotaryTables } from '../network/inputs/rope.ts';
import { embed, tokenLogps } from '../network/ops.ts';
import { logitsOf, textForward, tokenEmbeddings } from '../network/text.ts';
import type { Weights } from '../network/weights.ts';
import type { ImageInput, ModelConfig } from './family.ts';
import { imageBatch, imageFeatures } from './images.ts';
import { familyOf } from './registry.ts';

/** A left-padded batch of prompts with their images, in reading order. */
export interface ModelInputs {
  readonly inputIds: readonly (readonly number[])[]; // [B][T]
  readonly attentionMask: readonly (readonly number[])[]; // [B][T], 0 on padding
  readonly images: readonly ImageInput[]; // over all rows in order
}

/** Results of forward(); all but the positions are tensors the caller disposes. */
export interface ModelOutputs {
  readonly logits: tf.Tensor2D; // [B*T, V]
  readonly hidden: tf.Tensor2D; // [B*T, H] after the final norm
  readonly imageEmbeds: tf.Tensor2D | null; // [image tokens, layers * H]
}

/** Embeddings of a flat list of ids, image places filled from `features` in order. */
function embedTokens(
  config: ModelConfig,
  w: Weights,
  ids: tf.Tensor1D,
  idList: ArrayLike<number>,
  features: tf.Tensor2D | null,
): PlacedImages {
  const words = tokenEmbeddings(w, ids);
  if (features === null) return { x: words, deepstack: [] };
  const places = Array.from(idList).map((id) => (id === config.imageTokenId ? 1 : 0));
  const total = places.reduce((sum: number, place) => sum + place, 0);
  if (total !== features.shape[0])
    throw new SophiaError('data', `The prompt has ${total} image tokens, its images make ${features.shape[0]}.`);
  // Rows come from [words; features] by one gather: a word's own row, or the next image token's.
  let next = words.shape[0];
  const from = Int32Array.from(places, (image, i) => (image ? next++ : i));
  return placeImages(words, features, tf.tensor1d(from, 'int32'));
}

function gatherRows(table: tf.Tensor2D, from: Int32Array): tf.Tensor2D {
  return embed(table, tf.tensor1d(from, 'int32'));
}

/**
 * The same embeddings, through which no gradient reaches the padding token's row (torch's Embedding with padding_idx).
 */
function withoutPaddingGradient(x: tf.Tensor2D, ids: Int32Array, padTokenId: number | null): tf.Tensor2D {
  if (padTokenId === null || !ids.includes(padTokenId)) return x;
  const keep = Float32Array.from(ids, (id) => (id === padTokenId ? 0 : 1));
  const passOn = tf.customGrad<tf.Tensor2D>(() => ({
    value: tf.clone(x),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.tensor2d(keep, [keep.length, 1])),
  }));
  return passOn(x);
}

/** The whole forward pass over a padded batch. Call inside tf.tidy, or dispose the results. */
export function forward(config: ModelConfig, w: Weights, inputs: ModelInputs): ModelOutputs {
  const rows = inputs.inputIds.length;
  const length = firstOf(inputs.inputIds, 'row of tokens').length;
  const flatIds = Int32Array.from(inputs.inputIds.flat());
  const images = imageBatch(config, inputs.images);
  const imageEmbeds = images === null ? null : imageFeatures(config, w, images);
  const placed = embedTokens(config, w, tf.tensor1d(flatIds, 'int32'), flatIds, imageEmbeds);
  const x = withoutPaddingGradient(placed.x, flatIds, config.text.padTokenId);
  const { cos, sin } = batchTables(config, inputs);
  const shape: [number, number, number, number] = [rows, length, 1, config.text.headDim];
  const tables = { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape) };
  const selfBias = tf.tensor4d(causalBias(inputs.attentionMask), [rows, 1, length, length]);
  const context = { rows, length, ...tables, selfBias, shared: null, history: [], deepstack: placed.deepstack };
  const { hidden } = textForward(config.text, w, x, context);
  return { logits: logitsOf(config.text, w, hidden), hidden, imageEmbeds };
}

/** The logits [B*T, V] of a batch alone, by one graph, which frees what the pass makes as it goes. The caller disposes. */
export function logitsByGraph(config: ModelConfig, w: Weights, inputs: ModelInputs): tf.Tensor2D {
  const pass = compile('logits', ({ weights }: { readonly weights: Weights }) => ({
    logits: forward(config, weights, inputs).logits,
  }));
  const { logits } = pass({ weights: w });
  pass.dispose();
  return logits;
}

/** Positions [B][axes][T] of every row of a batch, 0 on padding; images are dealt out to rows in order. */
export function batchPositions(config: ModelConfig, { inputIds, attentionMask, images }: ModelInputs): Int32Array[][] {
  const family = familyOf(config);
  let image = 0;
  return zip(inputIds, attentionMask).map(([row, mask]) => {
    const attended = [...row.entries()].filter(([i]) => mask[i]);
    const ids = attended.map(([, id]) => id);
    const from = image;
    for (let left = ids.filter((id) => id === config.imageTokenId).length; left > 0 && image < images.length; )
      left -= entryAt(images, image++, 'image').grid.tokens;
    const grids = images.slice(from, image).map(({ grid }) => grid);
    return family.positions(config, ids, grids).map((axis) => {
      const padded = new Int32Array(row.length);
      for (const [i, [place]] of attended.entries()) padded[place] = entryAt(axis, i, 'position');
      return padded;
    });
  });
}

function batchTables(config: ModelConfig, inputs: ModelInputs): { cos: Float32Array; sin: Float32Array } {
  const tables = batchPositions(config, inputs).map((positions) => rotaryTables(positions, config.text));
  const join = (pick: 'cos' | 'sin') => Float32Array.from(tables.flatMap((table) => Array.from(table[pick])));
  return { cos: join('cos'), sin: join('sin') };
}

/**
 * Mean next-token cross-entropy of a batch; labels are the ids themselves, image and padded places ignored (as the
 * fixtures' loss).
 */
export function languageModelLoss(config: ModelConfig, w: Weights, inputs: ModelInputs): tf.Scalar {
  const { logits } = forward(config, w, inputs);
  const length = firstOf(inputs.inputIds, 'row of tokens').length;
  const picks: number[] = [];
  const labels: number[] = [];
  for (const [row, [ids, mask]] of zip(inputs.inputIds, inputs.attentionMask).entries()) {
    for (const [t, label] of ids.slice(1).entries()) {
      if (!mask[t + 1] || label === config.imageTokenId) continue;
      picks.push(row * length + t);
      labels.push(label);
    }
  }
  const kept = gatherRows(logits, Int32Array.from(picks));
  return tf.neg(tf.mean(tokenLogps(kept, tf.tensor1d(labels, 'int32'))));
}
