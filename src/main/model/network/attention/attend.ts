/**
 * Attention of the tokens at hand over up to three stretches of keys: a prefix that the N rows of a group share, a row's own history, the tokens
 * themselves. Grouped queries are stacked, so that keys are never repeated.
 */
import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf, present, zip } from '../../../../shared/values/list.ts';
import { ofRank } from '../../../tensor/rank.ts';
import type { TextConfig } from '../decoder-config.ts';
import { batchMatMulTransposeB } from '../ops.ts';
import { inQueryChunks, queriesAtOnce } from './query-chunks.ts';

/** Keys and values of a stretch of tokens, one tensor per layer. */
export type KeyValues = {
  readonly keys: readonly tf.Tensor4D[]; // [X, numKeyValueHeads, S, headDim]
  readonly values: readonly tf.Tensor4D[];
};

/** Keys and values of earlier tokens; bias adds to scores, 0 or very negative, and hides padding. */
export type PastKeyValues = KeyValues & {
  readonly bias: tf.Tensor4D | null; // [X, 1, 1, S]
};

/** What R rows of T tokens attend to. */
export interface AttentionContext {
  readonly rows: number; // R = groups x N when a prefix is shared
  readonly length: number; // T tokens at hand per row
  readonly selfBias: tf.Tensor4D | null; // [R or 1, 1, T, T]; null when T = 1
  readonly shared: PastKeyValues | null; // X = groups
  readonly history: readonly PastKeyValues[]; // X = R, oldest first
}

/** A stretch of keys in one layer, with the bias of whoever attends to it; the N rows of a group share keys of as many groups. */
interface Stretch {
  readonly keys: tf.Tensor4D; // [R or groups, KV, S, D]
  readonly values: tf.Tensor4D;
  readonly bias: tf.Tensor4D | null;
}

/** softmax(q k^T + bias) v over shared prefix, history and self: q [R, heads, T, D] -> [R*T, heads*D]. By chunks of queries where scores are many. */
export function attend(
  config: TextConfig,
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  context: AttentionContext,
  layer: number,
): tf.Tensor2D {
  const { numAttentionHeads: heads, headDim } = config;
  const { rows, length, shared, history, selfBias } = context;
  const past = [...(shared === null ? [] : [shared]), ...history];
  const stretches = [
    ...past.map(({ keys, values, bias }) => ({
      keys: entryAt(keys, layer, 'layer'),
      values: entryAt(values, layer, 'layer'),
      bias,
    })),
    { keys: k, values: v, bias: selfBias },
  ];
  const keysInAll = stretches.reduce((sum, { keys }) => sum + keys.shape[2], 0);
  const chunk = queriesAtOnce(length, rows * heads * keysInAll);
  const mixed = chunk === length ? attendTo(config, q, stretches) : inChunks(config, q, stretches, chunk);
  return tf.reshape(mixed, [rows * length, heads * headDim]);
}

function inChunks(config: TextConfig, q: tf.Tensor4D, stretches: readonly Stretch[], chunk: number): tf.Tensor3D {
  const name = (what: string, i: number) => `${what}.${i}`;
  const named = (what: 'keys' | 'values' | 'bias') =>
    Object.fromEntries(
      stretches.flatMap(({ [what]: tensor }, i) => (tensor === null ? [] : [[name(what, i), tensor]])),
    );
  const attendOne = (part: tf.Tensor4D, kv: Tensors, masks: Tensors, from: number) =>
    attendTo(
      config,
      part,
      stretches.map((_, i) => ({
        keys: four(kv[name('keys', i)]),
        values: four(kv[name('values', i)]),
        bias: biasFrom(masks[name('bias', i)], from, part.shape[2]),
      })),
    );
  return inQueryChunks(q, 2, chunk, { ...named('keys'), ...named('values') }, named('bias'), attendOne);
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

const four = (x: tf.Tensor | undefined): tf.Tensor4D => ofRank(4, present(x, 'keys and values'), 'keys and values');

/** The bias of some queries: one per query [X, 1, T, S] is cut, one for all [X, 1, 1, S] is not. */
function biasFrom(bias: tf.Tensor | undefined, from: number, queries: number): tf.Tensor4D | null {
  if (bias === undefined) return null;
  const whole = ofRank(4, bias, 'a bias');
  return whole.shape[2] === 1 ? whole : tf.slice(whole, [0, 0, from, 0], [-1, -1, queries, -1]);
}

/** Attention of queries q [R, heads, T, D], all at once -> [R, T, heads*D]. */
function attendTo(config: TextConfig, q: tf.Tensor4D, stretches: readonly Stretch[]): tf.Tensor3D {
  const { numAttentionHeads: heads, numKeyValueHeads: kvHeads, headDim } = config;
  const [rows, , length] = q.shape;
  const queries = (heads / kvHeads) * length;
  const flatQ: tf.Tensor3D = tf.reshape(q, [rows * kvHeads, queries, headDim]);
  const scores = stretches.map(({ keys, bias }) =>
    withBias(scoresOf(flatQ, keys, rows, kvHeads, queries), bias, rows, heads, length),
  );
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
  const sums = zip(parts, stretches).map(([part, { values }]) => mixOf(part, values, rows, kvHeads, queries));
  const mixed = tf.reshape(sums.length === 1 ? firstOf(sums, 'sum') : tf.addN(sums), [rows, heads, length, headDim]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows, length, heads * headDim]);
}

const flat = (x: tf.Tensor4D): tf.Tensor3D => tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2], x.shape[3]]);

function withBias(scores: tf.Tensor, bias: tf.Tensor | null, rows: number, heads: number, length: number): tf.Tensor {
  const shaped = tf.reshape(scores, [rows, heads, length, -1]);
  if (bias === null) return shaped;
  const groups = entryAt(bias.shape, 0, 'size');
  if (groups === rows || groups === 1) return tf.add(shaped, bias);
  // a bias per group serves its N rows
  const grouped = tf.reshape(shaped, [groups, (rows / groups) * heads, length, -1]);
  return tf.reshape(tf.add(grouped, bias), [rows, heads, length, -1]);
}

/** Scores [R*KV, rep*T, S]. Queries of the N rows that share keys [groups, KV, S, D] are stacked, so that each key is read once. */
function scoresOf(flatQ: tf.Tensor3D, keys: tf.Tensor4D, rows: number, kvHeads: number, queries: number): tf.Tensor {
  const [groups, , prefix, headDim] = keys.shape;
  const perGroup = rows / groups;
  if (perGroup === 1) return batchMatMulTransposeB(flatQ, flat(keys));
  const stacked = tf.transpose(tf.reshape(flatQ, [groups, perGroup, kvHeads, queries * headDim]), [0, 2, 1, 3]); // [G, KV, N, rep*T*D]
  const rowsOf: tf.Tensor3D = tf.reshape(stacked, [groups * kvHeads, perGroup * queries, headDim]);
  const scores = batchMatMulTransposeB(rowsOf, flat(keys));
  return tf.transpose(tf.reshape(scores, [groups, kvHeads, perGroup, queries * prefix]), [0, 2, 1, 3]);
}

/** Weights [R, heads, T, S] times values [R or groups, KV, S, D] -> [R*KV, rep*T, D]. */
function mixOf(weights: tf.Tensor, values: tf.Tensor4D, rows: number, kvHeads: number, queries: number): tf.Tensor {
  const [groups, , prefix, headDim] = values.shape;
  const perGroup = rows / groups;
  if (perGroup === 1) return tf.matMul(tf.reshape(weights, [rows * kvHeads, queries, prefix]), flat(values));
  const stacked = tf.transpose(tf.reshape(weights, [groups, perGroup, kvHeads, queries * prefix]), [0, 2, 1, 3]);
  const mixed = tf.matMul(tf.reshape(stacked, [groups * kvHeads, perGroup * queries, prefix]), flat(values));
  const back = tf.transpose(tf.reshape(mixed, [groups, kvHeads, perGroup, queries * headDim]), [0, 2, 1, 3]);
  return tf.reshape(back, [rows * kvHeads, queries, headDim]);
}
