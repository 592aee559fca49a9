/**
 * LoRA (Hu et al. 2022): W + (alpha / r) A B for the decoder's linear layers, A and B trained, W kept. Adapters live among the weights as
 * `lora.<name>.a` [in, r] and `lora.<name>.b` [r, out]; merging gives ordinary weights for generation and files.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../shared/values/random.ts';
import { compile } from '../../tensor/compile.ts';
import { pickWeights, type Weights } from './weights.ts';

/** The decoder's linear layers, which LoRA adapts as a rule. */
export const DECODER_LINEAR = /^model\.layers\.\d+\.(self_attn\.[qkvo]_proj|mlp\.(gate|up|down)_proj)\.weight$/;

/** Whether a name is an adapter's. */
export function isAdapter(name: string): boolean {
  return name.startsWith('lora.');
}

/**
 * Fresh adapters of rank r for every one of `weights` that `targets` names, as PEFT draws them (init_lora_weights = true): A uniform
 * within +-1 / sqrt(in), which is torch's kaiming_uniform_ with a = sqrt(5); B zero, so that training starts at the base model.
 */
export function createAdapters(
  weights: Weights,
  targets: RegExp,
  rank: number,
  seed: number,
): Record<string, tf.Tensor> {
  const adapters: Record<string, tf.Tensor> = {};
  for (const [name, weight] of Object.entries(weights)) {
    if (!targets.test(name)) continue;
    const [into, out] = weight.shape as [number, number];
    const random = new Random(seed, `lora ${name}`);
    adapters[`lora.${name}.a`] = tf.tensor2d(
      Float32Array.from({ length: into * rank }, () => (2 * random.next() - 1) / Math.sqrt(into)),
      [into, rank],
    );
    adapters[`lora.${name}.b`] = tf.zeros([rank, out]);
  }
  return adapters;
}

/** Weights with their adapters added in, adapters left out; `scale` is alpha / r. Traceable; without adapters the weights as they are. */
export function mergeAdapters(weights: Weights, scale: number): Weights {
  const merged: Record<string, tf.Tensor> = {};
  for (const [name, weight] of Object.entries(weights)) {
    if (isAdapter(name)) continue;
    const a = weights[`lora.${name}.a`];
    const b = weights[`lora.${name}.b`];
    merged[name] = a === undefined || b === undefined ? weight : tf.add(weight, tf.mul(tf.matMul(a, b), scale));
  }
  return merged;
}

/** Merges outside a graph. `own` are the tensors made for it, which the caller disposes. */
export type Merger = (weights: Weights) => { readonly weights: Weights; readonly own: Weights };

/** A compiled merger; without adapters it hands the weights through. */
export function createMerger(scale: number): Merger {
  const targetsOf = (weights: Weights) =>
    Object.keys(weights).filter((name) => weights[`lora.${name}.a`] !== undefined);
  const merge = compile(
    'merge',
    (weights: Weights): Weights => pickWeights(mergeAdapters(weights, scale), targetsOf(weights)),
  );
  return (weights) => {
    if (targetsOf(weights).length === 0) return { weights, own: {} };
    const own = merge(weights);
    const rest = Object.fromEntries(Object.entries(weights).filter(([name]) => !isAdapter(name)));
    return { weights: { ...rest, ...own }, own };
  };
}
