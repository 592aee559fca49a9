/**
 * The decoder (Qwen2.5's and Qwen3's) on already embedded tokens: RMSNorm, grouped-query attention with rotary positions, SwiGLU.
 * One function serves the plain forward pass, the shared prefix of a group, scoring and cached decoding: attention runs over up to
 * three stretches of keys (a prefix shared by the N rows of a group, a row's own history, the tokens at hand).
 * Deliberately absent: embedding, positions, sampling.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt, present } from '../../../shared/values/list.ts';
import { isPacked } from '../../tensor/bfloat16.ts';
import { ofRank } from '../../tensor/rank.ts';
import { gather } from '../../tensor/raw-op.ts';
import { adaptedLinear } from './adapters/adapted-linear.ts';
import { type AttentionContext, attend, type KeyValues } from './attention/attend.ts';
import { projectQkv, type Qkv, type TokenPlaces } from './attention/qkv.ts';
import type { TextConfig } from './decoder-config.ts';
import { embed, linear, linearByRows, rmsNorm, splitTwo, swiGlu } from './ops.ts';
import { block, isRecomputing } from './recompute.ts';
import { matrix, trainableOf, vector, type Weights } from './weights.ts';

/** What the tokens at hand attend to, and where they are. */
export interface TextContext extends AttentionContext, TokenPlaces {
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
    const isLast = onlyKeyValues && layer === config.numHiddenLayers - 1;
    const made = isLast
      ? { hidden, ...normedQkv(config, w, layer, hidden, context) }
      : layerAsBlock(config, w, layer, hidden, context);
    keys.push(made.k);
    values.push(made.v);
    if (isLast) return { hidden, keys, values };
    hidden = made.hidden;
    const deeper = context.deepstack?.[layer];
    if (deeper !== undefined) hidden = tf.add(hidden, deeper);
  }
  return { hidden: rmsNorm(hidden, vector(w, 'model.norm.weight'), config.rmsNormEps), keys, values };
}

/** What a layer makes of the hidden states: those behind it, and its keys and values [R, KV, T, D]. */
interface LayerResult {
  readonly hidden: tf.Tensor2D; // [R*T, H]
  readonly k: tf.Tensor4D;
  readonly v: tf.Tensor4D;
}

function runLayer(config: TextConfig, w: Weights, layer: number, x: tf.Tensor2D, context: TextContext): LayerResult {
  const at = `model.layers.${layer}`;
  const { q, k, v } = normedQkv(config, w, layer, x, context);
  const mixed = attend(config, q, k, v, context, layer);
  const attended = adaptedLinear(w, `${at}.self_attn.o_proj`, mixed);
  const between: tf.Tensor2D = tf.add(x, dropped(attended, context.dropout, 2 * layer));
  const inner = rmsNorm(between, vector(w, `${at}.post_attention_layernorm.weight`), config.rmsNormEps);
  const hidden: tf.Tensor2D = tf.add(between, dropped(mlp(w, `${at}.mlp`, inner), context.dropout, 2 * layer + 1));
  return { hidden, k, v };
}

/** A layer's queries, keys and values of hidden states x [R*T, H]. */
function normedQkv(config: TextConfig, w: Weights, layer: number, x: tf.Tensor2D, places: TokenPlaces): Qkv {
  const at = `model.layers.${layer}`;
  const normed = rmsNorm(x, vector(w, `${at}.input_layernorm.weight`), config.rmsNormEps);
  return projectQkv(config, w, `${at}.self_attn`, normed, places);
}

/** Names, among a layer's weights, of the keys and values that it attends to. */
const [KEYS, VALUES] = ['shared.keys', 'shared.values'];

/** A list whose entry of one layer alone is asked for. */
function onlyAt(layer: number, tensor: tf.Tensor | undefined): tf.Tensor4D[] {
  const list: tf.Tensor4D[] = [];
  list[layer] = ofRank(4, present(tensor, 'keys and values'), 'keys and values');
  return list;
}

/** The layer as a block that is computed again for the gradient, where that is asked for: its three results side by side in one matrix. */
function layerAsBlock(
  config: TextConfig,
  w: Weights,
  layer: number,
  x: tf.Tensor2D,
  context: TextContext,
): LayerResult {
  if (!isRecomputing()) return runLayer(config, w, layer, x, context);
  const { shared, rows, length } = context;
  const { numKeyValueHeads: heads, headDim, hiddenSize } = config;
  const past: Record<string, tf.Tensor> =
    shared === null
      ? {}
      : {
          [KEYS]: entryAt(shared.keys, layer, 'layer of keys'),
          [VALUES]: entryAt(shared.values, layer, 'layer of values'),
        };
  const flat = (kv: tf.Tensor4D): tf.Tensor2D =>
    tf.reshape(tf.transpose(kv, [0, 2, 1, 3]), [rows * length, heads * headDim]);
  const apart = (kv: tf.Tensor): tf.Tensor4D =>
    tf.transpose(tf.reshape<tf.Rank.R4>(kv, [rows, length, heads, headDim]), [0, 2, 1, 3]);
  const own = trainableOf(w, `model.layers.${layer}.`);
  const beside = block(x, { ...own, ...past }, (hidden, given) => {
    const before = shared && { ...shared, keys: onlyAt(layer, given[KEYS]), values: onlyAt(layer, given[VALUES]) };
    const made = runLayer(config, { ...w, ...given }, layer, hidden, { ...context, shared: before });
    return tf.concat([made.hidden, flat(made.k), flat(made.v)], 1);
  });
  const [hidden, kv] = splitTwo<tf.Tensor2D>(beside, [hiddenSize, 2 * heads * headDim], 1);
  const [k, v] = splitTwo(kv, [heads * headDim, heads * headDim], 1);
  return { hidden, k: apart(k), v: apart(v) };
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
