/**
 * Attention a chunk of queries at a time, where the scores [heads, queries, keys] of all would be too large: a chunk's scores are made, used and
 * let go of, and made again for the gradient (as Rabe & Staats 2021, Self-attention does not need O(n^2) memory). Two chunks are in work side by
 * side, one per thread (tensor/backend.ts), each behind the one two before it. Where all scores are small nothing is cut.
 */
import * as tf from '@tensorflow/tfjs-core';
import { after } from '../../../tensor/raw-op.ts';
import { unflatten } from '../../../tensor/tree.ts';
import { withGradient } from '../ops.ts';
import { gradientsWithin } from '../recompute.ts';

/** Scores held at once, as numbers: 32 MiB of them. */
const SCORES_AT_ONCE = 2 ** 23;
/** Chunks in work side by side. */
const LANES = 2;

let atOnce = SCORES_AT_ONCE;

/** Runs `fn` with another limit of scores held at once, for tests and measurements. */
export function withScoresAtOnce<T>(scores: number, fn: () => T): T {
  const before = atOnce;
  atOnce = scores;
  try {
    return fn();
  } finally {
    atOnce = before;
  }
}

/** How many of `queries` are in work at once, at least one, where each has so many scores over all rows and heads. */
export function queriesAtOnce(queries: number, scoresPerQuery: number): number {
  return Math.min(queries, Math.max(1, Math.floor(atOnce / scoresPerQuery)));
}

/** Tensors by name. */
type Tensors = Readonly<Record<string, tf.Tensor>>;

/**
 * What `attendOne` gives for all queries, from what it gives for `chunk` of them at a time: `q` has its queries along `axis`, a chunk's result
 * [X, its queries, W] along the second one. The gradient reaches q and `keysAndValues`; `masks` are numbers that it does not pass through.
 * `from` is the chunk's first query.
 */
export function inQueryChunks<Q extends tf.Tensor, Kv extends Tensors, Masks extends Tensors>(
  q: Q,
  axis: number,
  chunk: number,
  keysAndValues: Kv,
  masks: Masks,
  attendOne: (q: Q, keysAndValues: Kv, masks: Masks, from: number) => tf.Tensor3D,
): tf.Tensor3D {
  const queries = q.shape[axis] ?? 0;
  const starts = Array.from({ length: Math.ceil(queries / chunk) }, (_, i) => i * chunk);
  const part = <T extends tf.Tensor>(x: T, along: number, from: number, behind: readonly tf.Tensor[]): T => {
    const begin = x.shape.map((_, i) => (i === along ? from : 0));
    const size = x.shape.map((_, i) => (i === along ? Math.min(chunk, queries - from) : -1));
    return after(tf.slice<tf.Rank, T>(x, begin, size), ...behind);
  };
  return withGradient(
    [q, ...Object.values(keysAndValues)],
    () => {
      const parts: tf.Tensor3D[] = [];
      for (const from of starts)
        parts.push(
          tf.tidy(() => attendOne(part(q, axis, from, parts.slice(-LANES, 1 - LANES)), keysAndValues, masks, from)),
        );
      return { value: tf.concat(parts, 1), saved: { ...keysAndValues, ...masks, q } };
    },
    (dy, { q: kept, ...saved }) => {
      const kv = unflatten(
        keysAndValues,
        Object.keys(keysAndValues).map((name) => saved[name]!),
      );
      const given = unflatten(
        masks,
        Object.keys(masks).map((name) => saved[name]!),
      );
      const dqs: tf.Tensor[] = [];
      const sums: tf.Tensor[][] = []; // by lane, then by key or value
      for (const [i, from] of starts.entries()) {
        // Behind dy, or the chunk would be computed for the gradient as soon as for its value, and be the same nodes of the graph.
        const again = part(kept as Q, axis, from, dqs.length < LANES ? [dy] : dqs.slice(-LANES, 1 - LANES));
        const value = () => attendOne(again, kv, given, from);
        const [dq, ...others] = gradientsWithin(value, [again, ...Object.values(kv)], part(dy, 1, from, []));
        dqs.push(dq!);
        const before = sums[i % LANES];
        sums[i % LANES] = before === undefined ? others : others.map((grad, n) => tf.add(before[n]!, grad));
      }
      const [first, second] = sums;
      const totals = second === undefined ? first! : first!.map((sum, n) => tf.add(sum, second[n]!));
      return [tf.concat(dqs, axis), ...totals];
    },
  );
}
