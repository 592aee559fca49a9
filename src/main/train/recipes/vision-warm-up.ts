/**
 * First stage of the base recipe: the vision tower learns to write, for each merged cell of the picture, the sum of the (still random) word
 * embeddings of what lies in it: "red" + "circle", the letter, the height of a bar. Reading is then copying, which attention learns quickly;
 * trained jointly from scratch the tiny model never learns to read print (design.md section 4; LOG.md has the figures of both ways).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Question } from '../../../shared/question.ts';
import type { ModelConfig } from '../../model/config.ts';
import { embed, matMulTransposeB } from '../../model/ops.ts';
import { imageFeatures } from '../../model/qwen-vl.ts';
import type { GridThw } from '../../model/rope.ts';
import { cellLabels } from '../../tasks/layout.ts';
import { type GradientFn, gradientFn } from '../gradients.ts';
import { cellValues } from './cell-values.ts';

/** Words a cell may stand for; a slot without a word holds the id of EMPTY. */
export const SLOTS = 3;
const EMPTY = '[reserved0]';
const SIGNS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', x: 'times', '?': 'what', '=': '=' };

/** The words (SLOTS per cell, 16 cells) of an embedded question's picture. */
export function cellWords(question: Question): string[] {
  const values = cellValues(question);
  return cellLabels(question).flatMap((label, cell) => {
    const value = values[cell] === 0 ? [] : [String(values[cell])];
    const words = [...wordsOf(label), ...value];
    return Array.from({ length: SLOTS }, (_, i) => words[i] ?? EMPTY);
  });
}

function wordsOf(label: string): string[] {
  if (label === 'empty' || label === 'outline' || label.startsWith('point')) return [];
  if (label.startsWith('char:')) return [SIGNS[label.slice(5)] ?? label.slice(5)];
  if (label.startsWith('pie ')) return label.split(' ').slice(1);
  return label.split(' ').filter((word) => word !== 'bar' && !/^\d$/.test(word));
}

/** Gradients of the relative squared distance to the words' embeddings; batch: pixels, ids [cells*SLOTS]. Extra: share of cells whose first word is nearest. */
export function warmUpGradients(config: ModelConfig, trainable: readonly string[], grid: GridThw): GradientFn {
  return gradientFn('warm-up', trainable, (w, batch) => {
    const [pixels, ids] = batch as [tf.Tensor2D, tf.Tensor1D];
    const images = pixels.shape[0] / (grid[0] * grid[1] * grid[2]);
    const features = imageFeatures(config, w, pixels, Array<GridThw>(images).fill(grid));
    const table = w['model.embed_tokens.weight'] as tf.Tensor2D;
    const words = tf.reshape(embed(table, ids), [features.shape[0], SLOTS, config.text.hiddenSize]);
    const target = tf.sum(words, 1);
    const loss = tf.div(tf.mean(tf.squaredDifference(features, target)), tf.mean(tf.square(target))) as tf.Scalar;
    const first = tf.reshape(tf.slice(tf.reshape(ids, [-1, SLOTS]), [0, 0], [-1, 1]), [-1]);
    const nearest = tf.argMax(matMulTransposeB(features, table), -1);
    return { loss, extras: [tf.mean(tf.cast(tf.equal(nearest, first), 'float32'))] };
  });
}
