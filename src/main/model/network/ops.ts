/**
 * The few operations of the network that need their own gradient, because a profile asked for it: fewer ops than automatic
 * differentiation makes, no matMul that transposes on wasm, and TensorFlow's fused cross-entropy. Each works on every backend.
 */

import * as tf from '@tensorflow/tfjs-core';
import { entryAt } from '../../../shared/values/list.ts';
import { isPacked, unpacked } from '../../tensor/bfloat16.ts';
import { onTensorflow } from '../../tensor/node-backend.ts';
import { ofRank } from '../../tensor/rank.ts';
import { gather, rawOp } from '../../tensor/raw-op.ts';
import { unflatten } from '../../tensor/tree.ts';
import { matMul, matMulTransposeA, matMulTransposeB } from './products/matrix-products.ts';
import { packedBackward, packedForward } from './products/packed-product.ts';

/**
 * A function with a gradient of its own. `forward` names what its gradient needs (`saved`, kept until then); `backward` gives the gradients
 * of `inputs` in their order, from the result's and what was saved.
 */
export function withGradient<Out extends tf.Tensor, Saved extends Readonly<Record<string, tf.Tensor>>>(
  inputs: readonly tf.Tensor[],
  forward: () => { readonly value: Out; readonly saved: Saved },
  backward: (dy: Out, saved: Saved) => tf.Tensor[],
): Out {
  const op = tf.customGrad<Out>((...inputsThenSave) => {
    const { value, saved } = forward();
    const save = inputsThenSave.at(-1);
    if (typeof save === 'function') save(Object.values(saved));
    return { value, gradFunc: (dy: Out, kept: tf.Tensor[]) => backward(dy, unflatten(saved, kept)) };
  });
  return op(...inputs);
}

/** a b^T for stacks of matrices: [X, M, K] and [X, N, K] -> [X, M, N]. */
export function batchMatMulTransposeB(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return onTensorflow() ? tf.matMul(a, b, false, true) : tf.matMul(a, tf.transpose(b, [0, 2, 1]));
}

/** x w + b: x [M, I], w [I, O] or packed [O, I / 2], b [O] or null -> [M, O]. */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null = null): tf.Tensor2D {
  const y = isPacked(w) ? packedLinear(x, w) : plainLinear(x, w);
  return b === null ? y : tf.add(y, b);
}

function plainLinear(x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [x, w],
    () => ({ value: matMul(x, w), saved: { x, w } }),
    (dy, saved) => [matMulTransposeB(dy, saved.w), matMulTransposeA(saved.x, dy)],
  );
}

/** By a frozen matrix in bfloat16: no gradient by it, and none of its float32 copies is kept. */
function packedLinear(x: tf.Tensor2D, packed: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [x],
    () => ({ value: packedForward(x, packed), saved: {} }),
    (dy) => [packedBackward(dy, packed)],
  );
}

/** x t^T: x [M, H], a table of rows t [V, H], packed or not -> [M, V]. It is never turned: at real width that is a copy of a gigabyte. */
export function linearByRows(x: tf.Tensor2D, table: tf.Tensor2D): tf.Tensor2D {
  if (isPacked(table)) return packedLinear(x, table);
  return withGradient(
    [x, table],
    () => ({ value: matMulTransposeB(x, table), saved: { x, table } }),
    (dy, saved) => [matMul(dy, saved.table), matMulTransposeA(dy, saved.x)],
  );
}

/**
 * The product of an output layer with a table, and its gradients by both, as plain functions: by rows x t^T with t [V, H], or x t with [H, V]. A
 * packed table is by rows, and frozen: there is no gradient by it.
 */
export function outputProduct(
  table: tf.Tensor2D,
  byRows: boolean,
): {
  readonly forward: (x: tf.Tensor2D, table: tf.Tensor2D) => tf.Tensor2D;
  readonly backward: (dy: tf.Tensor2D, x: tf.Tensor2D, table: tf.Tensor2D) => [dx: tf.Tensor2D, dTable?: tf.Tensor2D];
} {
  if (isPacked(table)) return { forward: packedForward, backward: (dy, _x, of) => [packedBackward(dy, of)] };
  return byRows
    ? { forward: matMulTransposeB, backward: (dy, x, table) => [matMul(dy, table), matMulTransposeA(dy, x)] }
    : { forward: matMul, backward: (dy, x, table) => [matMulTransposeB(dy, table), matMulTransposeA(x, dy)] };
}

/** RMSNorm (Zhang & Sennrich 2019): x / sqrt(mean(x^2) + eps) * w over the last axis; x [M, H], w [H]. */
export function rmsNorm(x: tf.Tensor2D, w: tf.Tensor1D, eps: number): tf.Tensor2D {
  return withGradient(
    [x, w],
    () => {
      const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps)); // [M, 1]
      const normed = tf.mul(x, scale); // [M, H]
      const value: tf.Tensor2D = tf.mul(normed, w);
      return { value, saved: { normed, scale, w } };
    },
    (dy, { normed, scale, w: weight }) => {
      const dn = tf.mul(dy, weight);
      const dx = tf.mul(tf.sub(dn, tf.mul(normed, tf.mean(tf.mul(dn, normed), -1, true))), scale);
      return [dx, tf.sum(tf.mul(dy, normed), 0)];
    },
  );
}

/** SwiGLU's middle: silu(gate) * up, elementwise. */
export function swiGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [gate, up],
    () => {
      const s = tf.sigmoid(gate);
      const silu = tf.mul(gate, s);
      const value: tf.Tensor2D = tf.mul(silu, up);
      return { value, saved: { s, silu, up } };
    },
    (dy, { s, silu, up: upValue }) => {
      // d silu / dg = s + silu (1 - s)
      const slope = tf.add(s, tf.sub(silu, tf.mul(silu, s)));
      return [tf.mul(tf.mul(dy, upValue), slope), tf.mul(dy, silu)];
    },
  );
}

/** x in two parts of the given sizes along `axis`. */
export function splitTwo<T extends tf.Tensor>(x: T, sizes: readonly [number, number], axis: number): [T, T] {
  const parts = tf.split<T>(x, [...sizes], axis);
  return [entryAt(parts, 0, 'part'), entryAt(parts, 1, 'part')];
}

/** B vectors [R] as the columns of a matrix [R, B]. */
export function stackColumns(columns: tf.Tensor1D[]): tf.Tensor2D {
  return ofRank(2, tf.stack(columns, 1), 'A stack of vectors');
}

function rotateHalf(x: tf.Tensor4D): tf.Tensor4D {
  const half = x.shape[3] / 2;
  const [a, b] = splitTwo(x, [half, half], -1);
  return tf.concat([tf.neg(b), a], -1);
}

/** Rotary position embedding: x cos + rotateHalf(x) sin. x [R, T, heads, D]; cos, sin broadcast to x, equal in both halves of D. */
export function rotary(x: tf.Tensor4D, cos: tf.Tensor4D, sin: tf.Tensor4D): tf.Tensor4D {
  const rotate = (y: tf.Tensor4D, c: tf.Tensor4D, s: tf.Tensor4D): tf.Tensor4D =>
    tf.add(tf.mul(y, c), tf.mul(rotateHalf(y), s));
  return withGradient(
    [x],
    () => ({ value: rotate(x, cos, sin), saved: { cos, sin } }),
    // A rotation: its transpose turns back.
    (dy, saved) => [rotate(dy, saved.cos, tf.neg(saved.sin))],
  );
}

/** Rows of an embedding table: table [V, H] or packed [V, H / 2], ids [M] int32 -> [M, H]. The gradient sums rows by id; a packed one has none. */
export function embed(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  if (isPacked(table)) return unpacked(gather(table, ids));
  const rows = table.shape[0];
  return withGradient(
    [table],
    () => ({ value: gather(table, ids), saved: { ids } }),
    (dy, saved) => [
      onTensorflow() ? tf.unsortedSegmentSum(dy, saved.ids, rows) : matMulTransposeA(oneHot(saved.ids, rows), dy),
    ],
  );
}

/** log softmax(logits)[id] of each row: logits [M, V], ids [M] int32 -> [M]. Fused on tensorflow. */
export function tokenLogps(logits: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor1D {
  return withGradient(
    [logits],
    () => {
      const [nll, slope] = crossEntropy(logits, ids);
      return { value: tf.neg(nll), saved: { slope } };
    },
    (dy, { slope }) => [tf.mul(slope, tf.neg(tf.expandDims(dy, -1)))],
  );
}

function oneHot(ids: tf.Tensor1D, depth: number): tf.Tensor2D {
  return tf.cast(ofRank(2, tf.oneHot(ids, depth), 'oneHot'), 'float32');
}

/** Negative log-likelihood [M] and its slope by the logits, softmax - onehot [M, V]. */
export function crossEntropy(logits: tf.Tensor2D, ids: tf.Tensor1D): [nll: tf.Tensor1D, slope: tf.Tensor2D] {
  if (onTensorflow()) {
    const types = { T: 'float32', Tlabels: 'int32' };
    return rawOp<[tf.Tensor1D, tf.Tensor2D]>('SparseSoftmaxCrossEntropyWithLogits', [logits, ids], 2, types);
  }
  const hot = oneHot(ids, logits.shape[1]);
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  const exps = tf.exp(shifted);
  const sums = tf.sum(exps, -1, true);
  const nll: tf.Tensor1D = tf.sub(tf.squeeze(tf.log(sums), [-1]), tf.sum(tf.mul(shifted, hot), -1));
  return [nll, tf.sub(tf.div(exps, sums), hot)];
}

/** Slices of x along `axis` in another order; `inverse` undoes `order`, and is all its gradient needs. */
export function permute<T extends tf.Tensor>(x: T, order: tf.Tensor1D, inverse: tf.Tensor1D, axis: number): T {
  return withGradient(
    [x],
    () => ({ value: gather(x, order, axis), saved: { inverse } }),
    (dy, saved) => [gather(dy, saved.inverse, axis)],
  );
}
