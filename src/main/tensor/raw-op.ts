/**
 * TensorFlow ops that tfjs has no name for, or wraps with a read of its inputs (tfjs-node's gather checks every index in JS).
 * Only for the tensorflow backend; callers keep a plain tfjs path for wasm.
 */
import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';
import { ATTR, type OpAttr } from './graph-def.ts';
import { nodeBackend, onTensorflow } from './node-backend.ts';

/**
 * Runs a TensorFlow op whose results are `Out`. `types` names type attributes by dtype; `attrs` holds the others. Throws off the tensorflow
 * backend.
 */
export function rawOp<Out extends tf.Tensor[]>(
  op: string,
  inputs: readonly tf.Tensor[],
  outputs: Out['length'],
  types: Readonly<Record<string, string>>,
  attrs: readonly OpAttr[] = [],
): Out {
  if (!onTensorflow())
    throw new SophiaError('internal', `TensorFlow op ${op} was asked of backend ${tf.getBackend()}.`);
  const backend = nodeBackend();
  const typed = Object.entries(types).map(([name, dtype]) => ({
    name,
    type: ATTR.type,
    value: backend.getDTypeInteger(dtype),
  }));
  return backend.executeMultipleOutputs<Out>(op, [...typed, ...attrs], inputs, outputs);
}

/** tf.gather without the index check: slices of x along `axis` at int32 `indices`. */
export function gather<T extends tf.Tensor>(x: T, indices: tf.Tensor1D, axis = 0): T {
  if (!onTensorflow()) return tf.gather(x, indices, axis);
  const types = { Tparams: x.dtype, Tindices: indices.dtype, Taxis: 'int32' };
  return tf.tidy(() => rawOp<[T]>('GatherV2', [x, indices, tf.scalar(axis, 'int32')], 1, types)[0]);
}

/**
 * x as it is, in a graph only once `others` are computed: a graph's ops run as soon as their inputs are there, so that parts meant to be made
 * one after another would all lie in memory together. Equal ops behind it are no longer equal to those before it: what is computed again is.
 */
export function after<T extends tf.Tensor>(x: T, ...others: readonly tf.Tensor[]): T {
  if (others.length === 0 || !onTensorflow() || nodeBackend().binding.records !== true) return x;
  const inputs = [x, ...others];
  const types = inputs.map(({ dtype }) => nodeBackend().getDTypeInteger(dtype));
  const attrs = [{ name: 'T', type: ATTR.type, value: types }];
  const [first, ...rest] = rawOp<[T, ...tf.Tensor[]]>('IdentityN', inputs, inputs.length, {}, attrs);
  tf.dispose(rest);
  return first;
}
