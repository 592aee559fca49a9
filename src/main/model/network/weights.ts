/**
 * A model's weights as tensors by their released names. Linear weights are kept transposed, [in, out], so that no matMul of the
 * forward pass transposes (wasm's transposing matMul is slow); files keep Hugging Face's [out, in]. Large frozen ones may rest in bfloat16
 * (tensor/bfloat16.ts), packed, as files hold them.
 */

import * as tf from '@tensorflow/tfjs-core';
import { SophiaError } from '../../../shared/errors.ts';
import { firstOf } from '../../../shared/values/list.ts';
import { isPacked, packedMatrix, packedNumbers, unpacked } from '../../tensor/bfloat16.ts';
import { ofRank } from '../../tensor/rank.ts';

/** One weight as a checkpoint file holds it: linear layers [out, in], a patch embedding as a convolution. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Tensors by released name (`model.layers.0.self_attn.q_proj.weight`, ...), linear weights as [in, out], or packed as [out, in / 2]. */
export type Weights = Readonly<Record<string, tf.Tensor>>;

/** The weight of a name; throws an internal error that names it where the model has none. */
export function weight(w: Weights, name: string): tf.Tensor {
  const found = w[name];
  if (found === undefined) throw new SophiaError('internal', `The model has no weight ${name}.`);
  return found;
}

/** The weights of the given names, in their order; throws an internal error that names one the model does not have. */
export function pickWeights(w: Weights, names: readonly string[]): Weights {
  return Object.fromEntries(names.map((name) => [name, weight(w, name)]));
}

/** The matrix of a name [in, out] (an embedding table [V, H]), or packed; throws an internal error where it is missing or no matrix. */
export function matrix(w: Weights, name: string): tf.Tensor2D {
  return ofRank(2, weight(w, name), name);
}

/** The vector of a name (a bias, a norm); throws an internal error where it is missing or no vector. */
export function vector(w: Weights, name: string): tf.Tensor1D {
  return ofRank(1, weight(w, name), name);
}

/** Embedding tables (torch's nn.Embedding): of tokens, of places in a picture. */
const TABLE = /embed(?:_tokens)?\.weight$/;

/** Whether a file tensor of this name and rank is transposed in memory: matrices except embedding tables; convolutions over patches are flattened too. */
function isTransposed(name: string, rank: number): boolean {
  return rank >= 4 || (rank === 2 && !TABLE.test(name));
}

/** One weight from file order [out, in] (or [out, channels, frames, height, width]) to a tensor in memory order. */
export function weightFromFile(name: string, data: Float32Array, shape: readonly number[]): tf.Tensor {
  if (!isTransposed(name, shape.length)) return tf.tensor(data, [...shape], 'float32');
  const out = firstOf(shape, 'size');
  return tf.tidy(() => tf.transpose(tf.tensor2d(data, [out, data.length / out])));
}

/** The weights of a part of the model, its adapters among them, that may be trained: those in float32. */
export function trainableOf(w: Weights, part: string): Weights {
  const isOf = (name: string) => name.startsWith(part) || name.startsWith(`lora.${part}`);
  return Object.fromEntries(Object.entries(w).filter(([name, weight]) => isOf(name) && !isPacked(weight)));
}

/** Matrices of fewer numbers stay float32 where others are packed: little is saved, and each takes more ops. */
const FEWEST_PACKED = 2 ** 19;

/** Whether a weight of this file shape can rest in bfloat16: a large matrix, in pairs of numbers. */
export function canPack(shape: readonly number[]): boolean {
  const size = shape.reduce((product, of) => product * of, 1);
  return shape.length >= 2 && size >= FEWEST_PACKED && (size / firstOf(shape, 'size')) % 2 === 0;
}

/** One weight that canPack from its bfloat16 numbers in file order, packed. */
export function packedFromFile(bytes: Uint8Array, shape: readonly number[]): tf.Tensor2D {
  const out = firstOf(shape, 'size');
  return packedMatrix(bytes, out, bytes.byteLength / 2 / out);
}

/** A weight as the network would take it in float32, in a tensor that the caller disposes. */
export function inFloat32(name: string, weight: tf.Tensor): tf.Tensor {
  if (!isPacked(weight)) return tf.clone(weight);
  const matrix = () => unpacked(ofRank(2, weight, name));
  return isTransposed(name, 2) ? tf.tidy(() => tf.transpose(matrix())) : matrix();
}

/** The sizes of a linear layer, [in, out], however its weight rests. */
export function linearShape(weight: tf.Tensor): [into: number, out: number] {
  const [rows, columns] = weight.shape as [number, number];
  return isPacked(weight) ? [2 * columns, rows] : [rows, columns];
}

/** The inverse of weightFromFile: values in file order for a tensor of the given file shape. */
export function weightToFile(name: string, tensor: tf.Tensor, fileShape: readonly number[]): Float32Array {
  if (isPacked(tensor)) return packedNumbers(tensor);
  if (!isTransposed(name, fileShape.length)) return tensor.dataSync<'float32'>();
  const transposed = tf.transpose(tensor);
  try {
    return transposed.dataSync<'float32'>(); // not out of a tidy, which would look for tensors in every number
  } finally {
    transposed.dispose();
  }
}

/** Frees every tensor of a set of weights. */
export function disposeWeights(weights: Weights): void {
  for (const tensor of Object.values(weights)) tensor.dispose();
}
