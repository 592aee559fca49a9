/**
 * Random initial weights of a configuration, as transformers initialises a fresh model: normal(0, 0.02) matrices, zero biases, unit norms.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../shared/values/random.ts';
import type { ModelConfig } from '../../model/families/family.ts';
import { familyOf } from '../../model/families/registry.ts';
import { type Weights, weightFromFile } from '../../model/network/weights.ts';

const STD = 0.02;

/** Weights of a fresh model; the same seed gives the same weights. */
export function initialWeights(config: ModelConfig, seed: number): Weights {
  const weights: Record<string, tf.Tensor> = {};
  for (const { name, shape } of familyOf(config).expectedTensors(config)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const random = new Random(seed, name);
    const norm = /norm\d?\.weight$|ln_q\.weight$/.test(name);
    const data = norm
      ? new Float32Array(size).fill(1)
      : name.endsWith('.bias')
        ? new Float32Array(size)
        : Float32Array.from({ length: size }, () => random.normal() * STD);
    weights[name] = weightFromFile(name, data, shape);
  }
  return weights;
}
