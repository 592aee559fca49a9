/**
 * Choosing the next token from logits, inside a graph: greedy, or inverse-CDF sampling of a given uniform number after temperature,
 * top-k and top-p. The uniforms come from a counter-based generator outside, so a sample depends only on its key.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../../shared/values/list.ts';
import { onTensorflow } from '../../tensor/node-backend.ts';
import { MASKED } from './inputs/masks.ts';

/** How to choose. `temperature` 0 is greedy; `topK` 0 and `topP` 1 keep all tokens. */
export interface SamplingOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
}

/** Always the likeliest token. */
export const GREEDY: SamplingOptions = { temperature: 0, topP: 1, topK: 0 };

/** The model's own distribution. */
export const UNCHANGED: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };

/** In place of a uniform number: take the likeliest token, so that greedy and sampled rows share one graph. */
export const LIKELIEST = 2;

/** Next tokens [R] int32 from logits [R, V] and uniforms [R] in (0, 1), or LIKELIEST. */
export function chooseTokens(logits: tf.Tensor2D, uniforms: tf.Tensor1D, options: SamplingOptions): tf.Tensor1D {
  const likeliest = (): tf.Tensor1D => tf.argMax(logits, -1);
  if (options.temperature === 0) return likeliest();
  if (!onTensorflow()) return chooseInJs(logits, uniforms, options);
  const scaled: tf.Tensor2D = tf.div(logits, options.temperature);
  const probabilities = tf.softmax(keepTop(scaled, options));
  const cdf = tf.cumsum(probabilities, -1); // [R, V]
  const total = tf.slice(cdf, [0, logits.shape[1] - 1], [-1, 1]);
  const target = tf.mul(tf.expandDims(uniforms, -1), total);
  // The first token whose cdf reaches the target; one of probability zero never does.
  const sampled: tf.Tensor1D = tf.sum(tf.cast(tf.less(cdf, target), 'int32'), -1);
  return tf.where(tf.greater(uniforms, 1), likeliest(), sampled);
}

/** Logits with all but the top-k and the smallest set of mass top-p pushed to MASKED. */
function keepTop(logits: tf.Tensor2D, { topK, topP }: SamplingOptions): tf.Tensor2D {
  const size = logits.shape[1];
  let kept = logits;
  if (topK > 0 && topK < size) {
    const least = tf.slice(tf.topk(logits, topK).values, [0, topK - 1], [-1, 1]);
    kept = atLeast(kept, least);
  }
  if (topP < 1) {
    const sorted = tf.topk(kept, size).values;
    const p = tf.softmax(sorted);
    const before = tf.sub(tf.cumsum(p, -1), p); // mass ahead of each token: the most probable one always stays
    const inside = tf.less(before, topP);
    const least = tf.min(tf.where(inside, sorted, tf.fill(sorted.shape, -MASKED)), -1, true);
    kept = atLeast(kept, least);
  }
  return kept;
}

function atLeast(logits: tf.Tensor2D, least: tf.Tensor): tf.Tensor2D {
  return tf.where(tf.less(logits, least), tf.fill<tf.Rank.R2>(logits.shape, MASKED), logits);
}

/** The same choice in JS, for wasm: tfjs 4.22's wasm kernels for cumsum and topk write past their memory. */
function chooseInJs(
  logits: tf.Tensor2D,
  uniforms: tf.Tensor1D,
  { temperature, topK, topP }: SamplingOptions,
): tf.Tensor1D {
  const [rows, size] = logits.shape;
  const all = logits.dataSync<'float32'>();
  const draws = uniforms.dataSync();
  const chosen = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const z = all.subarray(row * size, (row + 1) * size);
    const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
    const draw = entryAt(draws, row, 'draw');
    if (draw > 1) {
      chosen[row] = z.indexOf(top);
      continue;
    }
    const p = Float64Array.from(z, (logit) => Math.exp((logit - top) / temperature));
    const least = Math.max(topK > 0 && topK < size ? kthLargest(p, topK) : 0, topP < 1 ? nucleusEdge(p, topP) : 0);
    const mass = p.reduce((sum, probability) => sum + (probability >= least ? probability : 0), 0);
    let left = draw * mass;
    let token = 0;
    for (let i = 0; i < size && left > 0; i++) {
      const probability = p[i] ?? 0;
      if (probability < least || probability === 0) continue;
      left -= probability;
      token = i;
    }
    chosen[row] = token;
  }
  return tf.tensor1d(chosen, 'int32');
}

function kthLargest(p: Float64Array, k: number): number {
  return p.slice().sort().at(-k) ?? 0;
}

/** The smallest probability inside the nucleus: the most probable tokens until their mass reaches topP. */
function nucleusEdge(p: Float64Array, topP: number): number {
  const sorted = p.slice().sort().reverse();
  const total = sorted.reduce((sum, probability) => sum + probability, 0);
  let before = 0;
  let [edge = 0] = sorted;
  for (const probability of sorted) {
    if (before >= topP * total) break;
    edge = probability;
    before += probability;
  }
  return edge;
}
