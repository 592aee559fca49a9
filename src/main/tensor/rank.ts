/** Ranks checked where TypeScript cannot know them: no op, one comparison. */
import type * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../shared/errors.ts';

/** tfjs' types of tensors by their rank. */
interface Ranked {
  readonly 0: tf.Scalar;
  readonly 1: tf.Tensor1D;
  readonly 2: tf.Tensor2D;
  readonly 3: tf.Tensor3D;
  readonly 4: tf.Tensor4D;
}

/** The tensor as one of the given rank; throws an internal error that names it, its shape and the rank where it has another. */
export function ofRank<R extends keyof Ranked>(rank: R, tensor: tf.Tensor, name: string): Ranked[R] {
  if (hasRank(rank, tensor)) return tensor;
  throw new SophiaError('internal', `${name} has shape [${tensor.shape.join(', ')}], not a shape of rank ${rank}.`);
}

function hasRank<R extends keyof Ranked>(rank: R, tensor: tf.Tensor): tensor is Ranked[R] {
  return tensor.rank === rank;
}
