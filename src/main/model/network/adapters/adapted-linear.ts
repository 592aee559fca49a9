/**
 * A linear layer with LoRA's part beside it: x W + b + (x A) B. The weight is never summed with A B, so that policy, reference and generation
 * share it. B comes with alpha / r already in it (lora.ts). Deliberately absent: which layers are adapted.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../ops.ts';
import { matrix, vector, type Weights } from '../weights.ts';

/** x [M, in] through the layer `name` -> [M, out]; `hasBias`: it has one. Without adapters it is the plain layer. */
export function adaptedLinear(w: Weights, name: string, x: tf.Tensor2D, hasBias = false): tf.Tensor2D {
  const weight = `${name}.weight`;
  const plain = linear(x, matrix(w, weight), hasBias ? vector(w, `${name}.bias`) : null);
  if (!isAdapted(w, name)) return plain;
  return tf.add(plain, linear(linear(x, matrix(w, `lora.${weight}.a`)), matrix(w, `lora.${weight}.b`)));
}

/** Whether LoRA adapts the layer `name`. */
export function isAdapted(w: Weights, name: string): boolean {
  return w[`lora.${name}.weight.a`] !== undefined;
}
