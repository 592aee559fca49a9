/**
 * LoRA (Hu et al. 2022): W + (alpha / r) A B for the decoder's linear layers, A and B trained, W kept. Adapters live among the weights as
 * `lora.<name>.a` [in, r] and `lora.<name>.b` [r, out]. The network runs them beside W, so that all passes share it; merging gives ordinary
 * weights for files, and for generation where they are small.
 */
import * as tf from '@tensorflow/tfjs-core';
import { present } from '../../../../shared/values/list.ts';
import { Random } from '../../../../shared/values/random.ts';
import { isPacked, packedFrom, unpacked } from '../../../tensor/bfloat16.ts';
import { ofRank } from '../../../tensor/rank.ts';
import { mapTree } from '../../../tensor/tree.ts';
import { inFloat32, linearShape, type Weights, weight as weightOf } from '../weights.ts';

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
    const [into, out] = linearShape(weight);
    const random = new Random(seed, `lora ${name}`);
    adapters[`lora.${name}.a`] = tf.tensor2d(
      Float32Array.from({ length: into * rank }, () => (2 * random.next() - 1) / Math.sqrt(into)),
      [into, rank],
    );
    adapters[`lora.${name}.b`] = tf.zeros([rank, out]);
  }
  return adapters;
}

/**
 * Weights whose adapters hold alpha / r (`scale`) in B, as the network takes them (adapted-linear.ts): beside the weights, which stay what they
 * are. Traceable; without adapters the weights as they are.
 */
export function withScaledAdapters(weights: Weights, scale: number): Weights {
  const isFactor = (name: string) => isAdapter(name) && name.endsWith('.b');
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, isFactor(name) ? tf.mul(weight, scale) : weight]),
  );
}

/** Whether adapters are to be added to a weight. */
export function hasAdapters(weights: Weights, name: string): boolean {
  return weights[`lora.${name}.a`] !== undefined;
}

/** One weight with its adapters added in, W + scale A B, as a tensor that the caller disposes; null where it has none. */
export function mergedWeight(weights: Weights, name: string, scale: number): tf.Tensor | null {
  const weight = weights[name];
  const [a, b] = [weights[`lora.${name}.a`], weights[`lora.${name}.b`]];
  if (weight === undefined || a === undefined || b === undefined) return null;
  return tf.tidy(() => tf.add(inFloat32(name, weight), tf.mul(tf.matMul(a, b), scale)));
}

/**
 * The same of a weight that rests in bfloat16, as files hold it: packed [out, in / 2], rounded, in a tensor that the caller disposes. Nothing is
 * turned and no number leaves TensorFlow, which takes half the time. Null where it has no adapters.
 */
export function mergedPacked(weights: Weights, name: string, scale: number): tf.Tensor2D | null {
  const [a, b] = [weights[`lora.${name}.a`], weights[`lora.${name}.b`]];
  if (a === undefined || b === undefined) return null;
  const packed = ofRank(2, weightOf(weights, name), name);
  return tf.tidy(() => packedFrom(tf.add(unpacked(packed), tf.mul(tf.matMul(b, a, true, true), scale))));
}

/** Weights for a pass outside the update. `own` are the tensors made for it, which the caller disposes. */
export type Applier = (weights: Weights) => { readonly weights: Weights; readonly own: Weights };

/** Adapted weights of up to so many numbers are merged for generation: their copy is small, and each token then takes fewer ops. */
const MOST_MERGED = 2 ** 23;

/** Makes adapted weights ready for generation: merged where that copy is small, else shared with their adapters beside them. */
export function createApplier(scale: number, mostMerged = MOST_MERGED): Applier {
  return (weights) => {
    const targets = Object.keys(weights).filter((name) => hasAdapters(weights, name));
    if (targets.length === 0) return { weights, own: {} };
    const rest = Object.fromEntries(Object.entries(weights).filter(([name]) => !isAdapter(name)));
    const isSmall =
      targets.reduce((sum, name) => sum + weightOf(weights, name).size, 0) <= mostMerged &&
      !targets.some((name) => isPacked(weightOf(weights, name)));
    const own = isSmall ? mergedAll(weights, targets, scale) : readyAdapters(weights, scale);
    return { weights: { ...rest, ...own }, own };
  };
}

function mergedAll(weights: Weights, targets: readonly string[], scale: number): Weights {
  return Object.fromEntries(
    targets.map((name) => [name, present(mergedWeight(weights, name, scale), `adapters of ${name}`)]),
  );
}

function readyAdapters(weights: Weights, scale: number): Weights {
  const adapters = Object.fromEntries(Object.entries(weights).filter(([name]) => isAdapter(name)));
  return mapTree(withScaledAdapters(adapters, scale), (tensor) =>
    Object.values(adapters).includes(tensor) ? tf.clone(tensor) : tensor,
  );
}
