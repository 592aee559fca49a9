/**
 * First stage of the base recipe: the vision tower learns to name what lies in each merged cell of the picture, through a linear head that is
 * thrown away afterwards. Without it the tiny model never learns to read print (design.md section 4).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ImageBatch, ModelConfig } from '../../model/families/family.ts';
import { imageFeatures } from '../../model/families/images.ts';
import { linear, tokenLogps } from '../../model/network/ops.ts';
import { matrix } from '../../model/network/weights.ts';
import { type GradientFn, gradientFn } from '../update/gradients.ts';

/** Names of the heads' weights among the weights while warming up: what a cell holds [H, labels], what value it stands for [H, values]. */
export const HEAD = 'warm_up.labels';
export const VALUE_HEAD = 'warm_up.values';

/** Pictures with the label and the value of each merged cell [images*units] int32. */
export type WarmUpBatch = {
  readonly images: ImageBatch;
  readonly labels: tf.Tensor1D;
  readonly values: tf.Tensor1D;
};

/** Shares of cells named right. */
export type WarmUpShares = { readonly labels: tf.Scalar; readonly values: tf.Scalar };

/** Gradients of the mean cross-entropy of labels and values. */
export function warmUpGradients(
  config: ModelConfig,
  trainable: readonly string[],
): GradientFn<WarmUpBatch, WarmUpShares> {
  return gradientFn('warm-up', trainable, (w, { images, labels, values }) => {
    const features = imageFeatures(config, w, images);
    const named = score(linear(features, matrix(w, HEAD)), labels);
    const valued = score(linear(features, matrix(w, VALUE_HEAD)), values);
    return { loss: tf.add(named.loss, valued.loss), extras: { labels: named.right, values: valued.right } };
  });
}

function score(logits: tf.Tensor2D, truth: tf.Tensor1D): { loss: tf.Scalar; right: tf.Scalar } {
  const right: tf.Scalar = tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), truth), 'float32'));
  return { loss: tf.neg(tf.mean(tokenLogps(logits, truth))), right };
}
