/**
 * AdamW (Loshchilov & Hutter 2019) with clipping by the global gradient norm (as torch.nn.utils.clip_grad_norm_), one compiled graph.
 * State is explicit, so a checkpoint holds all of it. Weight decay leaves vectors (norms, biases) alone, as Hugging Face's trainers do.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Weights } from '../../model/network/weights.ts';
import { type Compiled, compile } from '../../tensor/compile.ts';

export type OptimizerSettings = Pick<
  Settings['training'],
  'learningRate' | 'weightDecay' | 'adamBeta1' | 'adamBeta2' | 'adamEpsilon' | 'warmupSteps' | 'maxGradNorm'
>;

/** Optimiser state: first and second moments by weight name, and updates done. */
export interface OptimizerState {
  readonly first: Record<string, tf.Tensor>;
  readonly second: Record<string, tf.Tensor>;
  updates: number;
}

export interface Optimizer {
  readonly state: OptimizerState;
  /** Applies summed gradients (disposing them and the old weights) at `factor` times the rate; returns the new weights, the norm before clipping, the rate used. */
  apply(
    weights: Weights,
    grads: Record<string, tf.Tensor>,
    factor?: number,
  ): { weights: Weights; gradNorm: number; learningRate: number };
  dispose(): void;
}

/** An optimiser for the weights named `trainable`; zero moments unless a state is given. */
export function createOptimizer(
  settings: OptimizerSettings,
  trainable: readonly string[],
  weights: Weights,
  state?: OptimizerState,
): Optimizer {
  const zeros = () => Object.fromEntries(trainable.map((name) => [name, tf.zerosLike(weights[name]!)]));
  const own: OptimizerState = state ?? { first: zeros(), second: zeros(), updates: 0 };
  const graph: Compiled = compile('adamw', (inputs) => update(inputs, trainable.length, settings));
  return {
    state: own,
    apply: (before, grads, factor = 1) => {
      const update = own.updates + 1;
      const warm = settings.warmupSteps === 0 ? 1 : Math.min(1, update / settings.warmupSteps);
      const learningRate = settings.learningRate * warm * factor;
      const rates = tf.tensor1d([learningRate, 1 - settings.adamBeta1 ** update, 1 - settings.adamBeta2 ** update]);
      const pick = (from: Record<string, tf.Tensor>) => trainable.map((name) => from[name]!);
      const results = graph([
        ...pick(before as Record<string, tf.Tensor>),
        ...pick(grads),
        ...pick(own.first),
        ...pick(own.second),
        rates,
      ]);
      const gradNorm = (results[0]!.dataSync() as Float32Array)[0]!;
      tf.dispose([
        rates,
        results[0]!,
        ...pick(before as Record<string, tf.Tensor>),
        ...pick(grads),
        ...pick(own.first),
        ...pick(own.second),
      ]);
      const after: Record<string, tf.Tensor> = { ...before };
      trainable.forEach((name, i) => {
        after[name] = results[1 + i]!;
        own.first[name] = results[1 + trainable.length + i]!;
        own.second[name] = results[1 + 2 * trainable.length + i]!;
      });
      own.updates = update;
      return { weights: after, gradNorm, learningRate };
    },
    dispose: () => {
      graph.dispose();
      tf.dispose([own.first, own.second]);
    },
  };
}

/** Inputs: weights, grads, first, second moments (n each), then [rate, 1 - beta1^t, 1 - beta2^t]. Outputs: norm, weights, first, second. */
function update(inputs: readonly tf.Tensor[], n: number, settings: OptimizerSettings): tf.Tensor[] {
  const part = (i: number) => inputs.slice(i * n, (i + 1) * n);
  const [weights, grads, first, second] = [part(0), part(1), part(2), part(3)] as [
    tf.Tensor[],
    tf.Tensor[],
    tf.Tensor[],
    tf.Tensor[],
  ];
  const [rate, correction1, correction2] = tf.unstack(inputs[4 * n]!) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const norm = tf.sqrt(tf.addN(grads.map((grad) => tf.sum(tf.square(grad)))));
  const scale = tf.minimum(tf.div(settings.maxGradNorm, tf.add(norm, 1e-6)), 1);
  const { adamBeta1: b1, adamBeta2: b2 } = settings;
  const m = grads.map((grad, i) => tf.add(tf.mul(first[i]!, b1), tf.mul(tf.mul(grad, scale), 1 - b1)));
  const v = grads.map((grad, i) => tf.add(tf.mul(second[i]!, b2), tf.mul(tf.square(tf.mul(grad, scale)), 1 - b2)));
  const moved = weights.map((weight, i) => {
    const step = tf.div(tf.div(m[i]!, correction1), tf.add(tf.sqrt(tf.div(v[i]!, correction2)), settings.adamEpsilon));
    const decayed =
      settings.weightDecay > 0 && weight.rank > 1
        ? tf.mul(weight, tf.sub(1, tf.mul(rate, settings.weightDecay)))
        : weight;
    return tf.sub(decayed, tf.mul(step, rate));
  });
  return [norm, ...moved, ...m, ...v];
}
