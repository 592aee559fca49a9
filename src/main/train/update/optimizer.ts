/**
 * AdamW (Loshchilov & Hutter 2019) with clipping by the global gradient norm (as torch.nn.utils.clip_grad_norm_), one compiled graph.
 * State is explicit, so a checkpoint holds all of it. Weight decay leaves vectors (norms, biases) alone, as Hugging Face's trainers do.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import { pickWeights, type Weights, weight as weightOf } from '../../model/network/weights.ts';
import { compile } from '../../tensor/compile.ts';
import { disposeTree, mapTree } from '../../tensor/tree.ts';

export type OptimizerSettings = Pick<
  Settings['training'],
  'weightDecay' | 'adamBeta1' | 'adamBeta2' | 'adamEpsilon' | 'maxGradNorm'
>;

/** Optimiser state: first and second moments by weight name, and updates done. */
export interface OptimizerState {
  readonly first: Record<string, tf.Tensor>;
  readonly second: Record<string, tf.Tensor>;
  updates: number;
}

export interface Optimizer {
  readonly state: OptimizerState;
  /** Applies summed gradients at a learning rate, disposing them and the old weights; returns the new weights and the norm before clipping. */
  apply(weights: Weights, grads: Weights, learningRate: number): { weights: Weights; gradNorm: number };
  dispose(): void;
}

/** An optimiser for the weights named `trainable`; zero moments unless a state is given. */
export function createOptimizer(
  settings: OptimizerSettings,
  trainable: readonly string[],
  weights: Weights,
  state?: OptimizerState,
): Optimizer {
  const pick = (from: Weights) => pickWeights(from, trainable);
  const zeros = () => mapTree({ ...pick(weights) }, (weight) => tf.zerosLike(weight));
  const own: OptimizerState = state ?? { first: zeros(), second: zeros(), updates: 0 };
  const graph = compile('adamw', (inputs: UpdateInputs) => update(inputs, settings));
  return {
    state: own,
    apply: (before, grads, learningRate) => {
      const updates = own.updates + 1;
      const { adamBeta1: b1, adamBeta2: b2 } = settings;
      const inputs = {
        weights: pick(before),
        grads: pick(grads),
        first: pick(own.first),
        second: pick(own.second),
        rate: tf.scalar(learningRate),
        correction1: tf.scalar(1 - b1 ** updates),
        correction2: tf.scalar(1 - b2 ** updates),
      };
      const { norm, weights, first, second } = graph(inputs);
      const gradNorm = norm.arraySync();
      disposeTree(inputs, norm);
      Object.assign(own.first, first);
      Object.assign(own.second, second);
      own.updates = updates;
      return { weights: { ...before, ...weights }, gradNorm };
    },
    dispose: () => {
      graph.dispose();
      disposeTree(own.first, own.second);
    },
  };
}

/** What an update takes: the trained weights and, under the same names, gradients and moments. */
type UpdateInputs = {
  readonly weights: Weights;
  readonly grads: Weights;
  readonly first: Weights;
  readonly second: Weights;
  readonly rate: tf.Scalar; // learning rate
  readonly correction1: tf.Scalar; // 1 - beta1^t
  readonly correction2: tf.Scalar; // 1 - beta2^t
};

/** What it makes of them, and the gradients' norm before clipping. */
type UpdateResult = Pick<UpdateInputs, 'weights' | 'first' | 'second'> & { readonly norm: tf.Scalar };

function update(inputs: UpdateInputs, settings: OptimizerSettings): UpdateResult {
  const { weights, grads, first, second, rate, correction1, correction2 } = inputs;
  const norm: tf.Scalar = tf.sqrt(tf.addN(Object.values(grads).map((grad) => tf.sum(tf.square(grad)))));
  const scale = tf.minimum(tf.div(settings.maxGradNorm, tf.add(norm, 1e-6)), 1);
  const { adamBeta1: b1, adamBeta2: b2 } = settings;
  const each = (fn: (name: string) => tf.Tensor): Weights =>
    Object.fromEntries(Object.keys(weights).map((name) => [name, fn(name)]));
  const clipped = (name: string) => tf.mul(weightOf(grads, name), scale);
  const m = each((name) => tf.add(tf.mul(weightOf(first, name), b1), tf.mul(clipped(name), 1 - b1)));
  const v = each((name) => tf.add(tf.mul(weightOf(second, name), b2), tf.mul(tf.square(clipped(name)), 1 - b2)));
  const moved = each((name) => {
    const step = tf.div(
      tf.div(weightOf(m, name), correction1),
      tf.add(tf.sqrt(tf.div(weightOf(v, name), correction2)), settings.adamEpsilon),
    );
    const weight = weightOf(weights, name);
    const decayed =
      settings.weightDecay > 0 && weight.rank > 1
        ? tf.mul(weight, tf.sub(1, tf.mul(rate, settings.weightDecay)))
        : weight;
    return tf.sub(decayed, tf.mul(step, rate));
  });
  return { norm, weights: moved, first: m, second: v };
}
