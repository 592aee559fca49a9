/**
 * Loss and gradients of a chosen set of weights as one compiled graph: the way every trainer here (SFT, GRPO, vision warm-up) computes its update.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../model/network/weights.ts';
import { type Compiled, compile } from '../../tensor/compile.ts';

/** What a loss function returns: the scalar to minimise, and tensors to hand back beside it. */
export interface LossResult {
  readonly loss: tf.Scalar;
  readonly extras: readonly tf.Tensor[];
}

/** Loss over all weights and a batch's tensors. Must be traceable (see tensor/compile.ts). */
export type LossFn = (weights: Weights, batch: readonly tf.Tensor[]) => LossResult;

/** Gradients by weight name, the loss and the extras; the caller disposes. */
export interface Gradients {
  readonly loss: tf.Tensor;
  readonly extras: readonly tf.Tensor[];
  readonly grads: Record<string, tf.Tensor>;
}

export interface GradientFn {
  (weights: Weights, batch: readonly tf.Tensor[]): Gradients;
  dispose(): void;
}

/** Compiles `loss` with its gradients by the weights named `trainable`; the other weights are constants. */
export function gradientFn(name: string, trainable: readonly string[], loss: LossFn): GradientFn {
  const graphs = new Map<string, Compiled>();
  const call = (weights: Weights, batch: readonly tf.Tensor[]): Gradients => {
    const frozen = Object.keys(weights).filter((one) => !trainable.includes(one));
    const key = frozen.join();
    const graph = graphs.get(key) ?? compile(name, (inputs) => differentiate(inputs, trainable, frozen, loss));
    graphs.set(key, graph);
    const results = graph([...trainable.map((one) => weights[one]!), ...frozen.map((one) => weights[one]!), ...batch]);
    const grads = results.slice(results.length - trainable.length);
    return {
      loss: results[0]!,
      extras: results.slice(1, results.length - trainable.length),
      grads: Object.fromEntries(trainable.map((one, i) => [one, grads[i]!])),
    };
  };
  return Object.assign(call, {
    dispose: () => {
      for (const graph of graphs.values()) graph.dispose();
      graphs.clear();
    },
  });
}

function differentiate(
  inputs: readonly tf.Tensor[],
  trainable: readonly string[],
  frozen: readonly string[],
  loss: LossFn,
): tf.Tensor[] {
  const names = [...trainable, ...frozen];
  const batch = inputs.slice(names.length);
  let extras: readonly tf.Tensor[] = [];
  const scalarLoss = (...values: tf.Tensor[]): tf.Scalar => {
    const weights: Weights = Object.fromEntries(
      names.map((name, i) => [name, i < trainable.length ? values[i]! : inputs[i]!]),
    );
    const result = loss(weights, batch);
    extras = result.extras.map((one) => tf.keep(one)); // outlives the tape's tidy
    return result.loss;
  };
  const { value, grads } = tf.valueAndGrads(scalarLoss)(inputs.slice(0, trainable.length));
  const kept = extras.map((one) => tf.clone(one)); // clones belong to the caller's tidy again
  tf.dispose([...extras]);
  return [value, ...kept, ...grads];
}
