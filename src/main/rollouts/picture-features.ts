/**
 * Features of the pictures of a list of questions, by a frozen tower: each picture once, however many of the questions show it. Small pictures go
 * through the tower together; large ones one at a time, so that there is a graph per shape and not one for each list of shapes.
 */
import * as tf from '@tensorflow/tfjs-core';
import { present } from '../../shared/values/list.ts';
import type { ImageBatch, ImageInput, ModelConfig } from '../model/families/family.ts';
import { imageBatch, imageFeatures } from '../model/families/images.ts';
import { familyOf } from '../model/families/registry.ts';
import type { Weights } from '../model/network/weights.ts';
import { compile } from '../tensor/compile.ts';
import { disposeTree } from '../tensor/tree.ts';

/** What is asked of a question here. */
interface WithImages {
  readonly images: readonly ImageInput[];
}

/** Features [its tokens, layers * H] by picture, kept over several calls by who disposes of them. */
export type KnownFeatures = Map<ImageInput, tf.Tensor2D>;

/**
 * Features [image tokens, layers * H] of all pictures of the questions, in order, null where there are none; the caller disposes. A picture is the
 * same where it is the same object. With `known`, what is made is kept there, and what is there is not made again.
 */
export type PictureFeatures = (
  weights: Weights,
  questions: readonly WithImages[],
  known?: KnownFeatures,
) => tf.Tensor2D | null;

/** Pictures of more image tokens than this go through the tower alone. */
const MOST_TOGETHER = 128;

/** The tower of a model; its graphs are kept by shape. */
export function pictureFeatures(config: ModelConfig): PictureFeatures {
  const { visionPrefix } = familyOf(config);
  const tower = compile('features', ({ weights, images }: { readonly weights: Weights; readonly images: ImageBatch }) =>
    imageFeatures(config, weights, images),
  );
  const featuresOf = (weights: Weights, pictures: readonly ImageInput[]): tf.Tensor2D => {
    const images = present(imageBatch(config, pictures), 'pictures of a batch');
    const features = tower({ weights, images });
    disposeTree(images);
    return features;
  };
  return (weights, questions, known) => {
    const pictures = questions.flatMap(({ images }) => images);
    if (pictures.length === 0) return null;
    const visual = Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(visionPrefix)));
    const different = new Set(pictures);
    const small = pictures.every(({ grid }) => grid.tokens <= MOST_TOGETHER);
    if (known === undefined && small && different.size === pictures.length) return featuresOf(visual, pictures);
    const made: KnownFeatures = known ?? new Map();
    for (const picture of different) if (!made.has(picture)) made.set(picture, featuresOf(visual, [picture]));
    const parts = pictures.map((picture) => present(made.get(picture), 'features of a picture'));
    const all = parts.length === 1 ? tf.clone(parts[0]!) : tf.concat(parts, 0);
    if (known === undefined) tf.dispose([...made.values()]);
    return all;
  };
}

/**
 * Of the features of all questions [image tokens, H] those of some of them (places in the list), in their order; null where these have no picture.
 * The caller disposes.
 */
export function featuresOfSome(
  questions: readonly WithImages[],
  groups: readonly number[],
  features: tf.Tensor2D | null,
): tf.Tensor2D | null {
  if (features === null) return null;
  const tokens = questions.map(({ images }) => images.reduce((sum, { grid }) => sum + grid.tokens, 0));
  const from = tokens.map((_, g) => tokens.slice(0, g).reduce((sum, of) => sum + of, 0));
  const shown = groups.filter((g) => tokens[g]! > 0);
  if (shown.length === 0) return null;
  return tf.tidy(() =>
    tf.concat(
      shown.map((g) => tf.slice(features, [from[g]!, 0], [tokens[g]!, -1])),
      0,
    ),
  );
}
