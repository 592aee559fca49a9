/**
 * The few operations of the network that need their own gradient, because a profile asked for it: fewer ops than automatic
 * differentiation makes, no matMul that transposes on wasm, and TensorFlow's fused cross-entropy. Each works on every backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ATTR } from '../../tensor/graph-def.ts';
import { onTensorflow } from '../../tensor/node-backend.ts';
import { gather, rawOp } from '../../tensor/raw-op.ts';

/** Keeps tensors alive until the gradient has been taken. */
type GradSaver = (tensors: tf.Tensor[]) => void;

interface OwnGradient {
  readonly value: tf.Tensor;
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

/** tf.customGrad with types that fit: every argument before `save` is a differentiable tensor. */
function withGradient(body: (...inputsThenSave: never[]) => OwnGradient): (...inputs: tf.Tensor[]) => tf.Tensor {
  return tf.customGrad(body as never) as never;
}

/**
 * TensorFlow's product of two matrices. tfjs-node sends every product through BatchMatMulV2, which shares even a small one between all
 * threads: on two threads [32, 128] x [128, 512] took 108 us of CPU that way and takes 34 us this way.
 */
function matrixProduct(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  const flags = [
    { name: 'transpose_a', type: ATTR.bool, value: transposeA },
    { name: 'transpose_b', type: ATTR.bool, value: transposeB },
  ];
  return rawOp('MatMul', [a, b], 1, { T: 'float32' }, flags)[0] as tf.Tensor2D;
}

/** a b for matrices. */
function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? matrixProduct(a, b, false, false) : tf.matMul(a, b);
}

/** a^T b for matrices: a flag on tensorflow, an explicit transpose on wasm (its transposing matMul is very slow). */
function matMulTransposeA(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? matrixProduct(a, b, true, false) : tf.matMul(tf.transpose(a), b);
}

/** a b^T for matrices or stacks of matrices of equal rank. */
export function matMulTransposeB<T extends tf.Tensor>(a: T, b: T): T {
  if (onTensorflow())
    return (
      a.rank === 2 ? matrixProduct(a as tf.Tensor2D, b as tf.Tensor2D, false, true) : tf.matMul(a, b, false, true)
    ) as T;
  const axes = Array.from({ length: b.rank }, (_, i) =>
    i < b.rank - 2 ? i : i === b.rank - 2 ? b.rank - 1 : b.rank - 2,
  );
  return tf.matMul(a, tf.transpose(b, axes)) as T;
}

/** x w + b: x [M, I], w [I, O], b [O] or null -> [M, O]. */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null = null): tf.Tensor2D {
  const product = withGradient((x_: tf.Tensor, w_: tf.Tensor, save: GradSaver) => {
    save([x_, w_]);
    return {
      value: matMul(x_ as tf.Tensor2D, w_ as tf.Tensor2D),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        matMulTransposeB(dy as tf.Tensor2D, saved[1] as tf.Tensor2D),
        matMulTransposeA(saved[0] as tf.Tensor2D, dy as tf.Tensor2D),
      ],
    };
  });
  const y = product(x, w) as tf.Tensor2D;
  return b === null ? y : tf.add(y, b);
}

/** RMSNorm (Zhang & Sennrich 2019): x / sqrt(mean(x^2) + eps) * w over the last axis; x [M, H], w [H]. */
export function rmsNorm(x: tf.Tensor2D, w: tf.Tensor1D, eps: number): tf.Tensor2D {
  const op = withGradient((x_: tf.Tensor, w_: tf.Tensor, save: GradSaver) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x_), -1, true), eps)); // [M, 1]
    const normed = tf.mul(x_, scale); // [M, H]
    save([normed, scale, w_]);
    return {
      value: tf.mul(normed, w_),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [n, s, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const dn = tf.mul(dy, weight);
        const dx = tf.mul(tf.sub(dn, tf.mul(n, tf.mean(tf.mul(dn, n), -1, true))), s);
        return [dx, tf.sum(tf.mul(dy, n), 0)];
      },
    };
  });
  return op(x, w) as tf.Tensor2D;
}

/** SwiGLU's middle: silu(gate) * up, elementwise. */
export function swiGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  const op = withGradient((g: tf.Tensor, u: tf.Tensor, save: GradSaver) => {
    const s = tf.sigmoid(g);
    const silu = tf.mul(g, s);
    save([s, silu, u]);
    return {
      value: tf.mul(silu, u),
      // d silu / dg = s + silu (1 - s)
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [s_, silu_, u_] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const slope = tf.add(s_, tf.sub(silu_, tf.mul(silu_, s_)));
        return [tf.mul(tf.mul(dy, u_), slope), tf.mul(dy, silu_)];
      },
    };
  });
  return op(gate, up) as tf.Tensor2D;
}

function rotateHalf(x: tf.Tensor): tf.Tensor {
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat([tf.neg(b), a], -1);
}

/** Rotary position embedding: x cos + rotateHalf(x) sin. x [..., D]; cos, sin broadcast to x, equal in both halves of D. */
export function rotary(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const rotate = (y: tf.Tensor, c: tf.Tensor, s: tf.Tensor) => tf.add(tf.mul(y, c), tf.mul(rotateHalf(y), s));
  const op = withGradient((x_: tf.Tensor, save: GradSaver) => {
    save([cos, sin]);
    return {
      value: rotate(x_, cos, sin),
      // A rotation: its transpose turns back.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => rotate(dy, saved[0]!, tf.neg(saved[1]!)),
    };
  });
  return op(x);
}

/** Rows of an embedding table: table [V, H], ids [M] int32 -> [M, H]. The gradient sums rows by id. */
export function embed(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const rows = table.shape[0];
  const op = withGradient((t: tf.Tensor, save: GradSaver) => {
    save([ids]);
    return {
      value: gather(t, ids),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const at = saved[0] as tf.Tensor1D;
        return onTensorflow()
          ? tf.unsortedSegmentSum(dy, at, rows)
          : matMulTransposeA(oneHot(at, rows), dy as tf.Tensor2D);
      },
    };
  });
  return op(table) as tf.Tensor2D;
}

/** log softmax(logits)[id] of each row: logits [M, V], ids [M] int32 -> [M]. Fused on tensorflow. */
export function tokenLogps(logits: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor1D {
  const op = withGradient((z: tf.Tensor, save: GradSaver) => {
    const [nll, slope] = crossEntropy(z as tf.Tensor2D, ids);
    save([slope]);
    return {
      value: tf.neg(nll),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.neg(tf.expandDims(dy, -1))),
    };
  });
  return op(logits) as tf.Tensor1D;
}

function oneHot(ids: tf.Tensor1D, depth: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(ids, depth), 'float32') as tf.Tensor2D;
}

/** Negative log-likelihood [M] and its slope by the logits, softmax - onehot [M, V]. */
function crossEntropy(logits: tf.Tensor2D, ids: tf.Tensor1D): [tf.Tensor1D, tf.Tensor2D] {
  if (onTensorflow()) {
    const types = { T: 'float32', Tlabels: 'int32' };
    return rawOp('SparseSoftmaxCrossEntropyWithLogits', [logits, ids], 2, types) as [tf.Tensor1D, tf.Tensor2D];
  }
  const hot = oneHot(ids, logits.shape[1]);
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  const exps = tf.exp(shifted);
  const sums = tf.sum(exps, -1, true);
  const nll = tf.sub(tf.squeeze(tf.log(sums), [-1]), tf.sum(tf.mul(shifted, hot), -1));
  return [nll as tf.Tensor1D, tf.sub(tf.div(exps, sums), hot)];
}

/** Slices of x along `axis` in another order; `inverse` undoes `order`, and is all its gradient needs. */
export function permute<T extends tf.Tensor>(x: T, order: tf.Tensor1D, inverse: tf.Tensor1D, axis: number): T {
  const op = withGradient((x_: tf.Tensor, save: GradSaver) => {
    save([inverse]);
    return {
      value: gather(x_, order, axis),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gather(dy, saved[0] as tf.Tensor1D, axis),
    };
  });
  return op(x) as T;
}
