/**
 * Attention of the tokens at hand over up to three stretches of keys: a prefix that the N rows of a group share, a row's own history, the tokens
 * themselves. Grouped queries are stacked, so that keys are never repeated.
 */
import * as tf from '@tensorflow/tfjs-core';
import { entryAt, firstOf } from '../../../../shared/values/list.ts';
import type { TextConfig } from '../decoder-config.ts';
import { batchMatMulTransposeB } from '../ops.ts';

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

/** softmax(q k^T + bias) v over shared prefix, history and self: q [R, heads, T, D] -> [R*T, heads*D]. */
export function attend(
  config: TextConfig,
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  context: AttentionContext,
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
