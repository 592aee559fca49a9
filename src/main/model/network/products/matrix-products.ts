/** Products of two matrices, each as the backend at hand does it best. No gradients: ops.ts gives them. */
import * as tf from '@tensorflow/tfjs-core';
import { ATTR } from '../../../tensor/graph-def.ts';
import { onGpu, onTensorflow } from '../../../tensor/node-backend.ts';
import { rawOp } from '../../../tensor/raw-op.ts';

/**
 * TensorFlow's product of two matrices as one op, which runs on one thread of two (tensor/backend.ts). tfjs-node sends every product through
 * BatchMatMulV2, which shares even a small one between all threads: on two threads [32, 128] x [128, 512] took 108 us of CPU that way and takes
 * 34 us this way.
 */
export function matrixProduct(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  const flags = [
    { name: 'transpose_a', type: ATTR.bool, value: transposeA },
    { name: 'transpose_b', type: ATTR.bool, value: transposeB },
  ];
  return rawOp<[tf.Tensor2D]>('MatMul', [a, b], 1, { T: 'float32' }, flags)[0];
}

/** A product is halved where b holds so many numbers, the result so many rows, and all multiplications are so many: none of a small model is. */
const [LEAST_NUMBERS, LEAST_ROWS, LEAST_WORK] = [2 ** 20, 32, 2 ** 28];

/**
 * A large product as two, of half the result's rows each, which both threads compute side by side: at real width one thread did nothing
 * meanwhile. b is shared, and of a half at most is copied at a time.
 */
function product(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  const rows = a.shape[transposeA ? 1 : 0];
  const isLarge = b.size >= LEAST_NUMBERS && rows >= LEAST_ROWS && rows * b.size >= LEAST_WORK;
  if (!isLarge || onGpu()) return matrixProduct(a, b, transposeA, transposeB);
  return tf.tidy(() => {
    const sizes: [number, number] = [rows - Math.floor(rows / 2), Math.floor(rows / 2)];
    const halves = tf.split<tf.Tensor2D>(a, sizes, transposeA ? 1 : 0);
    return tf.concat(
      halves.map((half) => matrixProduct(half, b, transposeA, transposeB)),
      0,
    );
  });
}

/** a b for matrices. */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? product(a, b, false, false) : tf.matMul(a, b);
}

/** a^T b for matrices: a flag on tensorflow, an explicit transpose on wasm (its transposing matMul is very slow). */
export function matMulTransposeA(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? product(a, b, true, false) : tf.matMul(tf.transpose(a), b);
}

/** a b^T for matrices, likewise. */
export function matMulTransposeB(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? product(a, b, false, true) : tf.matMul(a, tf.transpose(b));
}
