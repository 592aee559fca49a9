/**
 * The decoder (Qwen2.5's and Qwen3's) on already embedded tokens: RMSNorm, grouped-query attention with rotary positions, SwiGLU.
 * One function serves the plain forward pass, the shared prefix of a group, scoring and cached decoding: attention runs over up to
 * three stretches of keys (a prefix shared by the N rows of a group, a row's own history, the tokens at hand).
 * Deliberately absent: embedding, positions, sampling.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../shared/values/list.ts';
import { isPacked } from '../../tensor/bfloat16.ts';
import { gather } from '../../tensor/raw-op.ts';
import { adaptedLinear } from './adapters/adapted-linear.ts';
import type { TextConfig } from './decoder-config.ts';
import { batchMatMulTransposeB, embed, linear, linearByRows, rmsNorm, swiGlu } from './ops.ts';
import { projectQkv } from './qkv.ts';
import { matrix, vector, type Weights } from './weights.ts';

/** Keys and values of a stretch of tokens, one tensor per layer. */
export type KeyValues = {
  readonly keys: readonly tf.Tensor4D[]; // [X, numKeyValueHeads, S, headDim]
  readonly values: readonly tf.Tensor4D[];
};

/** Keys and values of earlier tokens; bias adds to scores, 0 or very negative, and hides padding. */
export type PastKeyValues = KeyValues & {
  readonly bias: tf.Tensor4D | null; // [X, 1, 1, S]
};

/** What the tokens at hand attend to, and where they are. */
export interface TextContext {
  readonly rows: number; // R = groups x N when a prefix is shared
  readonly length: number; // T tokens at hand per row
  readonly cos: tf.Tensor4D; // [R or 1, T, 1, headDim]
  readonly sin: tf.Tensor4D;
  readonly selfBias: tf.Tensor4D | null; // [R or 1, 1, T, T]; null when T = 1
  readonly shared: PastKeyValues | null; // X = groups
  readonly history: readonly PastKeyValues[]; // X = R, oldest first
  readonly dropout?: DropoutMasks | undefined;
  readonly deepstack?: readonly tf.Tensor2D[]; // [R*T, H] each: what the first layers' results are given on top (image-places.ts)
}

/**
 * Masks of dropout on what each layer's attention and MLP add to the residual stream [2 * numHiddenLayers, H]: 0, or 1 / (1 - rate). One
 * mask serves every position and row (Gal & Ghahramani 2016, dropout in recurrent nets): a pass is one sampled network.
 */
export type DropoutMasks = tf.Tensor2D;

/** What a pass makes: hidden states after the last layer and final norm, and this stretch's keys and values per layer [R, KV, T, D]. */
export type TextResult = KeyValues & {
  readonly hidden: tf.Tensor2D; // [R*T, H]
};

const EMBEDDINGS = 'model.embed_tokens.weight'; // [V, H]

/** Embeddings [M, H] of token ids [M] int32. */
export function tokenEmbeddings(w: Weights, ids: tf.Tensor1D): tf.Tensor2D {
  return embed(matrix(w, EMBEDDINGS), ids);
}

/** Runs all layers over embeddings x [R*T, H]. With `onlyKeyValues` the last layer stops at its keys and values (a prefix needs no more). */
export function textForward(
  config: TextConfig,
  w: Weights,
  x: tf.Tensor2D,
  context: TextContext,
  onlyKeyValues = false,
): TextResult {
  const keys: tf.Tensor4D[] = [];
  const values: tf.Tensor4D[] = [];
  let hidden = x;
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const at = `model.layers.${layer}`;
    const normed = rmsNorm(hidden, vector(w, `${at}.input_layernorm.weight`), config.rmsNormEps);
    const { q, k, v } = projectQkv(config, w, `${at}.self_attn`, normed, context);
    keys.push(k);
    values.push(v);
    if (onlyKeyValues && layer === config.numHiddenLayers - 1) return { hidden, keys, values };
    const mixed = attend(config, q, k, v, context, layer);
    const attended = adaptedLinear(w, `${at}.self_attn.o_proj`, mixed);
    hidden = tf.add(hidden, dropped(attended, context.dropout, 2 * layer));
    const inner = rmsNorm(hidden, vector(w, `${at}.post_attention_layernorm.weight`), config.rmsNormEps);
    hidden = tf.add(hidden, dropped(mlp(w, `${at}.mlp`, inner), context.dropout, 2 * layer + 1));
    const deeper = context.deepstack?.[layer];
    if (deeper !== undefined) hidden = tf.add(hidden, deeper);
  }
  return { hidden: rmsNorm(hidden, vector(w, 'model.norm.weight'), config.rmsNormEps), keys, values };
}

function dropped(x: tf.Tensor2D, masks: DropoutMasks | undefined, row: number): tf.Tensor2D {
  return masks === undefined ? x : tf.mul(x, tf.slice(masks, [row, 0], [1, -1])); // [M, H] x [1, H]
}

/** Logits of hidden states [M, H] -> [M, V]; by the rows of the embedding table when tied. */
export function logitsOf(config: TextConfig, w: Weights, hidden: tf.Tensor2D): tf.Tensor2D {
  if (!config.tieWordEmbeddings) return linear(hidden, matrix(w, 'lm_head.weight'));
  return linearByRows(hidden, matrix(w, EMBEDDINGS));
}

/** The table of the output layer, and whether its rows are the tokens (the embedding table, when tied) or its columns. */
export function outputTable(config: TextConfig, w: Weights): { table: tf.Tensor2D; byRows: boolean } {
  const { tieWordEmbeddings: byRows } = config;
  return { table: matrix(w, byRows ? EMBEDDINGS : 'lm_head.weight'), byRows };
}

/** Logits of a few tokens only: hidden states [M, H] -> [M, ids]; where two of 150,000 are wanted, the others need not be computed. */
export function tokenLogits(config: TextConfig, w: Weights, hidden: tf.Tensor2D, ids: readonly number[]): tf.Tensor2D {
  const columns = tf.tensor1d([...ids], 'int32');
  if (!config.tieWordEmbeddings) {
    const head = matrix(w, 'lm_head.weight');
    return linear(hidden, gather(head, columns, isPacked(head) ? 0 : 1));
  }
  return linearByRows(hidden, gather(matrix(w, EMBEDDINGS), columns));
}

function mlp(w: Weights, at: string, x: tf.Tensor2D): tf.Tensor2D {
  const gate = adaptedLinear(w, `${at}.gate_proj`, x);
  const up = adaptedLinear(w, `${at}.up_proj`, x);
  return adaptedLinear(w, `${at}.down_proj`, swiGlu(gate, up));
}

/** softmax(q k^T + bias) v over shared prefix, history and self: q [R, heads, T, D] -> [R*T, heads*D]. */
function attend(
  config: TextConfig,
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  context: TextContext,
  layer: number,
): tf.Tensor2D {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads, headDim } = config;
  const { rows, length, shared, history, selfBias } = context;
  const queries = (heads / kvHeads) * length;
  const flatQ: tf.Tensor3D = tf.reshape(q, [rows * kvHeads, queries, headDim]);
  const scores: tf.Tensor[] = [];
  if (shared !== null)
    scores.push(
      withBias(
        sharedScores(flatQ, entryAt(shared.keys, layer, 'layer'), rows, kvHeads, queries),
        shared.bias,
        rows,
        heads,
        length,
      ),
    );
  for (const past of history)
    scores.push(withBias(scoresOf(flatQ, entryAt(past.keys, layer, 'layer')), past.bias, rows, heads, length));
  scores.push(withBias(scoresOf(flatQ, k), selfBias, rows, heads, length));
  const joined = scores.length === 1 ? firstOf(scores, 'scores') : tf.concat(scores, 3);
  const weights = tf.softmax(joined); // [R, heads, T, S]
  const parts =
    scores.length === 1
      ? [weights]
      : tf.split(
          weights,
          scores.map((score) => entryAt(score.shape, 3, 'size')),
          3,
        );
  const sums: tf.Tensor[] = [];
  let at = 0;
  const stretch = (part: tf.Tensor, value: tf.Tensor4D) =>
    tf.matMul(tf.reshape(part, [rows * kvHeads, queries, -1]), flat(value));
  if (shared !== null)
    sums.push(sharedMix(entryAt(parts, at++, 'part'), entryAt(shared.values, layer, 'layer'), rows, kvHeads, queries));
  for (const past of history) sums.push(stretch(entryAt(parts, at++, 'part'), entryAt(past.values, layer, 'layer')));
  sums.push(stretch(entryAt(parts, at, 'part'), v));
  const mixed = tf.reshape(sums.length === 1 ? firstOf(sums, 'sum') : tf.addN(sums), [rows, heads, length, headDim]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * length, heads * headDim]);
}

const flat = (x: tf.Tensor4D): tf.Tensor3D => tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2], x.shape[3]]);

function scoresOf(flatQ: tf.Tensor3D, keys: tf.Tensor4D): tf.Tensor {
  return batchMatMulTransposeB(flatQ, flat(keys)); // [R*KV, rep*T, S]
}

function withBias(scores: tf.Tensor, bias: tf.Tensor | null, rows: number, heads: number, length: number): tf.Tensor {
  const shaped = tf.reshape(scores, [rows, heads, length, -1]);
  if (bias === null) return shaped;
  const groups = entryAt(bias.shape, 0, 'size');
  if (groups === rows || groups === 1) return tf.add(shaped, bias);
  // a bias per group serves its N rows
  const grouped = tf.reshape(shaped, [groups, (rows / groups) * heads, length, -1]);
  return tf.reshape(tf.add(grouped, bias), [rows, heads, length, -1]);
}

/** Scores against keys that the N rows of a group share: their queries are stacked, so each key is read once. -> [R*KV, rep*T, P] */
function sharedScores(
  flatQ: tf.Tensor3D,
  keys: tf.Tensor4D,
  rows: number,
  kvHeads: number,
  queries: number,
): tf.Tensor {
  const [groups, , prefix, headDim] = keys.shape;
  const perGroup = rows / groups;
  if (perGroup === 1) return scoresOf(flatQ, keys);
  const stacked = tf.transpose(tf.reshape(flatQ, [groups, perGroup, kvHeads, queries * headDim]), [0, 2, 1, 3]); // [G, KV, N, rep*T*D]
  const rowsOf: tf.Tensor3D = tf.reshape(stacked, [groups * kvHeads, perGroup * queries, headDim]);
  const scores = batchMatMulTransposeB(rowsOf, flat(keys));
  return tf.transpose(tf.reshape(scores, [groups, kvHeads, perGroup, queries * prefix]), [0, 2, 1, 3]);
}

/** Weights [R, heads, T, P] times shared values [G, KV, P, D] -> [R*KV, rep*T, D]. */
function sharedMix(weights: tf.Tensor, values: tf.Tensor4D, rows: number, kvHeads: number, queries: number): tf.Tensor {
  const [groups, , prefix, headDim] = values.shape;
  const perGroup = rows / groups;
  if (perGroup === 1) return tf.matMul(tf.reshape(weights, [rows * kvHeads, queries, prefix]), flat(values));
  const stacked = tf.transpose(tf.reshape(weights, [groups, perGroup, kvHeads, queries * prefix]), [0, 2, 1, 3]);
  const mixed = tf.matMul(tf.reshape(stacked, [groups * kvHeads, perGroup * queries, prefix]), flat(values));
  const back = tf.transpose(tf.reshape(mixed, [groups, kvHeads, perGroup, queries * headDim]), [0, 2, 1, 3]);
  return tf.reshape(back, [rows * kvHeads, queries, headDim]);
}
