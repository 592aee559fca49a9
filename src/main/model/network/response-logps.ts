/**
 * Log-probabilities of tokens and entropies of their distributions from hidden states, by the output layer. Where the logits [tokens, V] are
 * small they are made whole. At a real vocabulary they are made, used and made again for the gradient a chunk of positions at a time, one
 * chunk after another (memory of [chunk, V], after Wijmans et al. 2025, Cut Your Losses).
 */
import * as tf from '@tensorflow/tfjs-core';
import { isPacked } from '../../tensor/bfloat16.ts';
import { ofRank } from '../../tensor/rank.ts';
import { after } from '../../tensor/raw-op.ts';
import type { TextConfig } from './decoder-config.ts';
import { crossEntropy, outputProduct, tokenLogps, withGradient } from './ops.ts';
import { logitsOf, outputTable } from './text.ts';
import type { Weights } from './weights.ts';

/** Logits held at once, as numbers: 64 MiB of them. */
const NUMBERS_AT_ONCE = 2 ** 24;

/** How logits are used: at a temperature, and whether the entropy is asked for, and its gradient too. */
export interface LogitsUse {
  readonly temperature: number;
  readonly entropy: 'none' | 'value' | 'trained';
  readonly numbersAtOnce?: number; // by default what 64 MiB hold
}

/** Per position; the entropy in nats is null where it was not asked for. */
export interface PositionValues {
  readonly logps: tf.Tensor1D; // [M]
  readonly entropies: tf.Tensor1D | null; // [M]
}

/** log softmax(logits / temperature)[target] of each position, and the entropy: hidden [M, H], targets [M] int32. */
export function positionValues(
  config: TextConfig,
  w: Weights,
  hidden: tf.Tensor2D,
  targets: tf.Tensor1D,
  use: LogitsUse,
): PositionValues {
  const positions = hidden.shape[0];
  const chunk = Math.max(1, Math.floor((use.numbersAtOnce ?? NUMBERS_AT_ONCE) / config.vocabSize));
  if (positions > chunk) return inChunks(config, w, hidden, targets, use, chunk);
  const raw = logitsOf(config, w, hidden);
  const logits: tf.Tensor2D = use.temperature === 1 ? raw : tf.div(raw, use.temperature);
  return {
    logps: tokenLogps(logits, targets),
    entropies: use.entropy === 'none' ? null : ofRank(1, entropyFromLogits(logits), 'entropies'),
  };
}

/** The entropy in nats [...] of logits [..., V], H = log Z - sum_v p_v * logit_v; differentiable. */
export function entropyFromLogits(logits: tf.Tensor): tf.Tensor {
  const logZ = tf.logSumExp(logits, -1); // [...]
  const probabilities = tf.softmax(logits, -1); // [..., V]
  return tf.sub(logZ, tf.sum(tf.mul(probabilities, logits), -1));
}

function inChunks(
  config: TextConfig,
  w: Weights,
  hidden: tf.Tensor2D,
  targets: tf.Tensor1D,
  use: LogitsUse,
  chunk: number,
): PositionValues {
  const { table, byRows } = outputTable(config, w);
  const product = outputProduct(table, byRows);
  const isTrained = !isPacked(table);
  const positions = hidden.shape[0];
  const starts = Array.from({ length: Math.ceil(positions / chunk) }, (_, i) => i * chunk);
  const part = <T extends tf.Tensor>(x: T, from: number, behind: readonly tf.Tensor[]): T => {
    const sizes = [Math.min(chunk, positions - from), ...x.shape.slice(1).map(() => -1)];
    return after(tf.slice<tf.Rank, T>(x, [from, ...x.shape.slice(1).map(() => 0)], sizes), ...behind);
  };
  const tempered = (x: tf.Tensor2D): tf.Tensor2D => (use.temperature === 1 ? x : tf.div(x, use.temperature));
  const logitsAt = (x: tf.Tensor2D, t: tf.Tensor2D): tf.Tensor2D => tempered(product.forward(x, t));

  const forward = (h: tf.Tensor2D, t: tf.Tensor2D): tf.Tensor2D => {
    const columns: tf.Tensor2D[] = [];
    for (const from of starts) {
      const logits = logitsAt(part(h, from, columns.slice(-1)), t);
      const [nll] = crossEntropy(logits, part(targets, from, []));
      const entropy = use.entropy === 'none' ? tf.zerosLike(nll) : entropyFromLogits(logits);
      columns.push(ofRank(2, tf.stack([tf.neg(nll), entropy]), 'values of a chunk'));
    }
    return tf.concat(columns, 1); // [2, M]
  };
  const backward = (dy: tf.Tensor2D, h: tf.Tensor2D, t: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor2D[] => {
    const [dLogps, dEntropies] = rows(dy);
    const [, entropies] = rows(values);
    const parts: tf.Tensor2D[] = [];
    let dTable: tf.Tensor2D | null = null;
    for (const from of starts) {
      const x = part(h, from, parts.length > 0 ? parts.slice(-1) : [dy]);
      const logits = logitsAt(x, t);
      const [, slope] = crossEntropy(logits, part(targets, from, [])); // softmax - onehot
      const column = (of: tf.Tensor1D) => tf.expandDims(part(of, from, []), 1);
      let dLogits: tf.Tensor2D = tf.neg(tf.mul(slope, column(dLogps)));
      if (use.entropy === 'trained') {
        // dH / dlogit_v = -p_v (logit_v - logZ + H)
        const towards = tf.add(tf.sub(logits, tf.logSumExp(logits, -1, true)), column(entropies));
        dLogits = tf.sub(dLogits, tf.mul(tf.mul(tf.softmax(logits, -1), towards), column(dEntropies)));
      }
      const [dx, dt] = product.backward(tempered(dLogits), x, t);
      parts.push(dx);
      if (dt !== undefined) dTable = dTable === null ? dt : tf.add(dTable, dt);
    }
    const dHidden = tf.concat(parts, 0);
    return isTrained ? [dHidden, dTable ?? tf.zerosLike(t)] : [dHidden];
  };
  const values = withGradient(
    isTrained ? [hidden, table] : [hidden],
    () => {
      const value = forward(hidden, table);
      return { value, saved: { hidden, table, value } };
    },
    (dy, saved) => backward(dy, saved.hidden, saved.table, saved.value),
  );
  const [logps, entropies] = rows(values);
  return { logps, entropies: use.entropy === 'none' ? null : entropies };
}

/** The two rows of [2, M]. */
function rows(values: tf.Tensor2D): [tf.Tensor1D, tf.Tensor1D] {
  const row = (at: number) => ofRank(1, tf.squeeze(tf.slice(values, [at, 0], [1, -1]), [0]), 'values of positions');
  return [row(0), row(1)];
}
