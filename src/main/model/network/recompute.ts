/**
 * Gradient checkpointing (Chen et al. 2016): of a block of layers only its inputs are kept for the gradient, which computes the block again.
 * Memory is then a block's and one hidden state per block, for about one forward pass more. Who asks for gradients says whether
 * (`recomputing`); the network says what a block is (`block`). Without it a block is what it holds.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ofRank } from '../../tensor/rank.ts';
import { after } from '../../tensor/raw-op.ts';
import { unflatten } from '../../tensor/tree.ts';
import { withGradient } from './ops.ts';

let isOn = false;

/** Runs `fn`, whose blocks are computed again for the gradient where `on`. */
export function recomputing<T>(on: boolean, fn: () => T): T {
  const before = isOn;
  isOn = on;
  try {
    return fn();
  } finally {
    isOn = before;
  }
}

/** Whether blocks are computed again for the gradient. */
export function isRecomputing(): boolean {
  return isOn;
}

/** Float32 tensors by name, those through which a gradient may have to pass. */
type Inputs = Readonly<Record<string, tf.Tensor>>;

/**
 * A block of the network as a function of `x` and of all other tensors that are trained, or are made within the pass (positions, another
 * block's keys): those are gone when the gradient comes. What it holds beyond them is given to the pass (bfloat16 weights, masks).
 */
export function block<Others extends Inputs, Out extends tf.Tensor>(
  x: tf.Tensor2D,
  others: Others,
  fn: (x: tf.Tensor2D, others: Others) => Out,
): Out {
  if (!isOn) return fn(x, others);
  return withGradient(
    [x, ...Object.values(others)],
    () => ({ value: recomputing(false, () => fn(x, others)), saved: { ...others, x } }),
    (dy, { x: kept, ...saved }) => {
      // Behind dy, or the block would be computed for the gradient as soon as it is for its value, and be the same nodes of the graph.
      const again = after(ofRank(2, kept, 'x of a block'), dy);
      const inputs = Object.values(saved);
      const value = () => recomputing(false, () => fn(again, unflatten(others, inputs)));
      return gradientsWithin(value, [again, ...inputs], dy);
    },
  );
}

/** Gradients of `fn` by some tensors while those of something larger are being computed: tfjs has one tape, which is put aside for it. */
export function gradientsWithin(fn: () => tf.Tensor, by: readonly tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine();
  const { activeTape } = state;
  try {
    const { grads } = tf.engine().gradients(fn, [...by], dy, true);
    return by.map((input, i) => grads[i] ?? tf.zerosLike(input));
  } finally {
    state.activeTape = activeTape;
  }
}
