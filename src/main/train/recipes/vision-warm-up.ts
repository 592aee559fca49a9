/**
 * First stage of the base recipe: the vision tower learns to name what lies in each merged cell of the picture, through a linear head that is
 * thrown away afterwards. Without it the tiny model never learns to read print (design.md section 4).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';
import { imageFeatures } from '../../model/families/qwen2-5-vl/qwen-vl.ts';
import { linear, tokenLogps } from '../../model/network/ops.ts';
import type { GridThw } from '../../model/network/rope.ts';
import { type GradientFn, gradientFn } from '../update/gradients.ts';

/** Names of the heads' weights among the weights while warming up: what a cell holds [H, labels], what value it stands for [H, values]. */
export const HEAD = 'warm_up.labels';
export const VALUE_HEAD = 'warm_up.values';

/** Gradients of the mean cross-entropy of labels and values [images*units] int32; batch: pixels, labels, values. Extras: shares named right. */
export function warmUpGradients(config: ModelConfig, trainable: readonly string[], grid: GridThw): GradientFn {
  return gradientFn('warm-up', trainable, (w, batch) => {
    const [pixels, labels, values] = batch as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
    const images = pixels.shape[0] / (grid[0] * grid[1] * grid[2]);
    const features = imageFeatures(config, w, pixels, Array<GridThw>(images).fill(grid));
    const named = score(linear(features, w[HEAD] as tf.Tensor2D), labels);
    const valued = score(linear(features, w[VALUE_HEAD] as tf.Tensor2D), values);
    return { loss: tf.add(named.loss, valued.loss), extras: [named.right, valued.right] };
  });
}

function score(logits: tf.Tensor2D, truth: tf.Tensor1D): { loss: tf.Scalar; right: tf.Tensor } {
  const right = tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), truth), 'float32'));
  return { loss: tf.neg(tf.mean(tokenLogps(logits, truth))) as tf.Scalar, right };
}
