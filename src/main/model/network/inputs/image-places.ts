/**
 * Puts what the vision tower made of images into their places among the words. Features as wide as the hidden states take
 * the words' places; wider ones are several layers of them side by side, of which the first does so and each further one
 * is added behind one of the decoder's first layers (DeepStack, Meng et al. 2024; Qwen3-VL).
 */
import * as tf from '@tensorflow/tfjs-core';
import { firstOf } from '../../../../shared/values/list.ts';
import { embed } from '../ops.ts';

/** What the decoder begins with. */
export interface PlacedImages {
  readonly x: tf.Tensor2D; // [M, H]
  readonly deepstack: readonly tf.Tensor2D[]; // [M, H] each, zero at words; TextContext's
}

/**
 * Embeddings of words [M, H] with features [F, layers * H] in the images' places: row i is row from[i] of
 * [words; features], `from` [M] int32. `features` is null for text alone.
 */
export function placeImages(words: tf.Tensor2D, features: tf.Tensor2D | null, from: tf.Tensor1D): PlacedImages {
  if (features === null) return { x: words, deepstack: [] };
  const [rows, width] = words.shape;
  const layers = features.shape[1] / width;
  if (layers === 1) return { x: embed(tf.concat([words, features], 0), from), deepstack: [] };
  const parts = tf.split<tf.Tensor2D>(features, layers, 1);
  const x = embed(tf.concat([words, firstOf(parts, 'layer of features')], 0), from);
  // Words take row 0, which is zero; the feature k takes row k + 1.
  const places: tf.Tensor1D = tf.maximum(tf.sub(from, tf.scalar(rows - 1, 'int32')), tf.scalar(0, 'int32'));
  const nothing = tf.zeros<tf.Rank.R2>([1, width]);
  return { x, deepstack: parts.slice(1).map((layer) => embed(tf.concat([nothing, layer], 0), places)) };
}
