/** Products of two matrices, each as the backend at hand does it best. No gradients: ops.ts gives them. */
import * as tf from '@tensorflow/tfjs-core';
import { ATTR } from '../../../tensor/graph-def.ts';
import { onTensorflow } from '../../../tensor/node-backend.ts';
import { rawOp } from '../../../tensor/raw-op.ts';

/**
 * TensorFlow's product of two matrices. tfjs-node sends every product through BatchMatMulV2, which shares even a small one between all
 * threads: on two threads [32, 128] x [128, 512] took 108 us of CPU that way and takes 34 us this way.
 */
function matrixProduct(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  const flags = [
    { name: 'transpose_a', type: ATTR.bool, value: transposeA },
    { name: 'transpose_b', type: ATTR.bool, value: transposeB },
  ];
  return rawOp<[tf.Tensor2D]>('MatMul', [a, b], 1, { T: 'float32' }, flags)[0];
}

/** a b for matrices. */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? matrixProduct(a, b, false, false) : tf.matMul(a, b);
}

/** a^T b for matrices: a flag on tensorflow, an explicit transpose on wasm (its transposing matMul is very slow). */
export function matMulTransposeA(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? matrixProduct(a, b, true, false) : tf.matMul(tf.transpose(a), b);
}

/** a b^T for matrices, likewise. */
export function matMulTransposeB(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return onTensorflow() ? matrixProduct(a, b, false, true) : tf.matMul(a, tf.transpose(b));
}
