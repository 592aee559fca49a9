/**
 * AdamW (Loshchilov & Hutter 2019) with clipping by the global gradient norm (as torch.nn.utils.clip_grad_norm_), by compiled graphs: one
 * for the norm, then one for each part of the weights, whose old tensors are let go of before the next part begins.
 * State is explicit, so a checkpoint holds all of it. Weight decay leaves vectors (norms, biases) alone, as Hugging Face's trainers do.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import { entryAt, zip } from '../../../shared/values/list.ts';
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

/** Numbers updated by one graph, about: enough that the calls of a tiny model are one, few enough that at real width it is a weight at a time. */
const NUMBERS_AT_ONCE = 2 ** 24;

/** An optimiser for the weights named `trainable`; zero moments unless a state is given. A graph updates about `numbersAtOnce` numbers. */
export function createOptimizer(
  settings: OptimizerSettings,
  trainable: readonly string[],
  weights: Weights,
  state?: OptimizerState,
  numbersAtOnce = NUMBERS_AT_ONCE,
): Optimizer {
  const pick = (from: Weights) => pickWeights(from, trainable);
  const zeros = () => mapTree({ ...pick(weights) }, (weight) => tf.zerosLike(weight));
  const own: OptimizerState = state ?? { first: zeros(), second: zeros(), updates: 0 };
  const normed = compile('gradient norm', ({ grads }: { readonly grads: readonly tf.Tensor[] }) =>
    clipping(grads, settings.maxGradNorm),
  );
  const graph = compile('adamw', (inputs: UpdateInputs) => update(inputs, settings));
  const parts = partsOf(trainable, weights, numbersAtOnce);
  return {
    state: own,
    apply: (before, grads, learningRate) => {
      const updates = own.updates + 1;
      const { adamBeta1: b1, adamBeta2: b2 } = settings;
      const { norm, scale } = normed({ grads: trainable.map((name) => weightOf(grads, name)) });
      const rates = {
        scale,
        rate: tf.scalar(learningRate),
        correction1: tf.scalar(1 - b1 ** updates),
        correction2: tf.scalar(1 - b2 ** updates),
      };
      const moved: Record<string, tf.Tensor> = {};
      for (const names of parts) {
        const of = (tensors: Weights) => names.map((name) => weightOf(tensors, name));
        const old = { weights: of(before), grads: of(grads), first: of(own.first), second: of(own.second) };
        const after = graph({ ...old, ...rates });
        disposeTree(old);
        for (const [i, name] of names.entries()) {
          moved[name] = entryAt(after.weights, i, 'weight');
          own.first[name] = entryAt(after.first, i, 'moment');
          own.second[name] = entryAt(after.second, i, 'moment');
        }
      }
      const gradNorm = norm.arraySync();
      disposeTree(rates, norm);
      own.updates = updates;
      return { weights: { ...before, ...moved }, gradNorm };
    },
    dispose: () => {
      normed.dispose();
      graph.dispose();
      disposeTree(own.first, own.second);
    },
  };
}

/** Names in parts of about so many numbers, in their order. */
function partsOf(names: readonly string[], weights: Weights, numbersAtOnce: number): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const name of names) {
    const { size } = weightOf(weights, name);
    const open = parts.at(-1);
    if (open !== undefined && size <= room) open.push(name);
    else {
      parts.push([name]);
      room = numbersAtOnce;
    }
    room -= size;
  }
  return parts;
}

/** The gradients' norm, and what they are multiplied with so that it is at most `most`. */
function clipping(grads: readonly tf.Tensor[], most: number) {
  const norm: tf.Scalar = tf.sqrt(tf.addN(grads.map((grad) => tf.sum(tf.square(grad)))));
  const scale: tf.Scalar = tf.minimum(tf.div(most, tf.add(norm, 1e-6)), 1);
  return { norm, scale };
}

/** What an update takes: some of the trained weights and, at the same places, gradients and moments. */
type UpdateInputs = {
  readonly weights: readonly tf.Tensor[];
  readonly grads: readonly tf.Tensor[];
  readonly first: readonly tf.Tensor[];
  readonly second: readonly tf.Tensor[];
  readonly scale: tf.Scalar; // of the gradients, by clipping
  readonly rate: tf.Scalar; // learning rate
  readonly correction1: tf.Scalar; // 1 - beta1^t
  readonly correction2: tf.Scalar; // 1 - beta2^t
};

/** What it makes of them. */
type UpdateResult = Pick<UpdateInputs, 'weights' | 'first' | 'second'>;

function update(inputs: UpdateInputs, settings: OptimizerSettings): UpdateResult {
  const { weights, grads, first, second, scale, rate, correction1, correction2 } = inputs;
  const { adamBeta1: b1, adamBeta2: b2 } = settings;
  const clipped = grads.map((grad) => tf.mul(grad, scale));
  const m = zip(first, clipped).map(([moment, grad]) => tf.add(tf.mul(moment, b1), tf.mul(grad, 1 - b1)));
  const v = zip(second, clipped).map(([moment, grad]) => tf.add(tf.mul(moment, b2), tf.mul(tf.square(grad), 1 - b2)));
  const moved = zip(weights, zip(m, v)).map(([weight, [mean, square]]) => {
    const step = tf.div(tf.div(mean, correction1), tf.add(tf.sqrt(tf.div(square, correction2)), settings.adamEpsilon));
    const decayed =
      settings.weightDecay > 0 && weight.rank > 1
        ? tf.mul(weight, tf.sub(1, tf.mul(rate, settings.weightDecay)))
        : weight;
    return tf.sub(decayed, tf.mul(step, rate));
  });
  return { weights: moved, first: m, second: v };
}
