/**
 * Loss and gradients of a chosen set of weights as one compiled graph: the way every trainer here (SFT, GRPO, vision warm-up) computes its update.
 */
import * as tf from '@tensorflow/tfjs-core';
import { recomputing } from '../../model/network/recompute.ts';
import { pickWeights, type Weights } from '../../model/network/weights.ts';
import { compile } from '../../tensor/compile.ts';
import { mapTree, type TensorTree } from '../../tensor/tree.ts';

/** Loss over all weights and a batch: the scalar to minimise, and what else to hand back. Must be traceable (see tensor/compile.ts). */
export type LossFn<Batch extends TensorTree, Extras extends TensorTree> = (
  weights: Weights,
  batch: Batch,
) => { readonly loss: tf.Scalar; readonly extras: Extras };

/** Gradients by weight name, the loss and the extras; the caller disposes. */
export type Gradients<Extras extends TensorTree> = {
  readonly loss: tf.Scalar;
  readonly extras: Extras;
  readonly grads: Weights;
};

export interface GradientFn<Batch extends TensorTree, Extras extends TensorTree> {
  (weights: Weights, batch: Batch): Gradients<Extras>;
  dispose(): void;
}

/**
 * Compiles `lossFn` with its gradients by the weights named `trainable`; the other weights are constants. With `gradientCheckpointing` the
 * network's blocks are computed again for the gradient instead of kept.
 */
export function gradientFn<Batch extends TensorTree, Extras extends TensorTree>(
  name: string,
  trainable: readonly string[],
  lossFn: LossFn<Batch, Extras>,
  { gradientCheckpointing = false } = {},
): GradientFn<Batch, Extras> {
  type Inputs = { readonly trained: Weights; readonly frozen: Weights; readonly batch: Batch };
  const graph = compile(name, ({ trained, frozen, batch }: Inputs): Gradients<Extras> => {
    const kept: Extras[] = [];
    const scalarLoss = (): tf.Scalar => {
      const { loss, extras } = recomputing(gradientCheckpointing, () => lossFn({ ...trained, ...frozen }, batch));
      kept.push(mapTree(extras, (extra) => tf.keep(extra))); // outlives the tape's tidy
      return loss;
    };
    // tf.valueAndGrads refuses a weight that the loss does not reach, such as the tower's where no question of a batch has a picture.
    const { value: loss, grads } = tf.engine().gradients(scalarLoss, Object.values(trained), undefined, true);
    const extras = mapTree(kept[0]!, (extra) => {
      const own = tf.clone(extra); // a clone belongs to the caller's tidy again
      extra.dispose();
      return own;
    });
    return {
      loss,
      extras,
      grads: Object.fromEntries(
        Object.entries(trained).map(([weight, value], i) => [weight, grads[i] ?? tf.zerosLike(value)]),
      ),
    };
  });
  const chosen = new Set(trainable);
  const call = (weights: Weights, batch: Batch): Gradients<Extras> => {
    const trained = pickWeights(weights, trainable);
    const frozen = Object.fromEntries(Object.entries(weights).filter(([weight]) => !chosen.has(weight)));
    return graph({ trained, frozen, batch });
  };
  return Object.assign(call, { dispose: graph.dispose });
}
