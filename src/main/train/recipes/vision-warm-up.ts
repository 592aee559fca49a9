/**
 * First stage of the base recipe: the vision tower learns to say, for each merged cell of the picture, the words of what lies in it ("red",
 * "circle", the letter, the height of a bar) in the directions of their (still random) embeddings. Reading is then copying, which attention learns quickly;
 * trained jointly from scratch the tiny model never learns to read print (design.md section 4; LOG.md has the figures of both ways).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Question } from '../../../shared/question.ts';
import type { ModelConfig } from '../../model/config.ts';
import { tokenLogps } from '../../model/ops.ts';
import { imageFeatures } from '../../model/qwen-vl.ts';
import type { GridThw } from '../../model/rope.ts';
import { logitsOf } from '../../model/text.ts';
import { cellLabels } from '../../tasks/layout.ts';
import { type GradientFn, gradientFn } from '../gradients.ts';
import { cellValues } from './cell-values.ts';

/** Words kept per cell; a cell with fewer repeats its own, an empty one says EMPTY. */
export const SLOTS = 3;
const EMPTY = '[reserved0]';
const SIGNS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', x: 'times', '?': 'what', '=': '=' };

/** The words (SLOTS per cell, 16 cells) of an embedded question's picture. */
export function cellWords(question: Question): string[] {
  const values = cellValues(question);
  return cellLabels(question).flatMap((label, cell) => {
    const value = values[cell] === 0 ? [] : [String(values[cell])];
    const words = [...wordsOf(label), ...value];
    return Array.from({ length: SLOTS }, (_, i) => (words.length === 0 ? EMPTY : words[i % words.length]!));
  });
}

function wordsOf(label: string): string[] {
  if (label === 'empty' || label === 'outline' || label.startsWith('point')) return [];
  if (label.startsWith('char:')) return [SIGNS[label.slice(5)] ?? label.slice(5)];
  if (label.startsWith('pie ')) return label.split(' ').slice(1);
  return label.split(' ').filter((word) => word !== 'bar' && !/^\d$/.test(word));
}

/** Gradients of the mean cross-entropy of the cells' words under logits feature . embedding; batch: pixels, ids [cells*SLOTS]. Extra: share of cells whose likeliest word is one of theirs. */
export function warmUpGradients(config: ModelConfig, trainable: readonly string[], grid: GridThw): GradientFn {
  return gradientFn('warm-up', trainable, (w, batch) => {
    const [pixels, ids] = batch as [tf.Tensor2D, tf.Tensor1D];
    const images = pixels.shape[0] / (grid[0] * grid[1] * grid[2]);
    const features = imageFeatures(config, w, pixels, Array<GridThw>(images).fill(grid));
    const logits = logitsOf(config.text, w, features); // tied: the words' own embeddings
    const words = tf.split(tf.reshape(ids, [-1, SLOTS]), SLOTS, 1).map((one) => tf.squeeze(one, [1]) as tf.Tensor1D);
    const likeliest = tf.argMax(logits, -1);
    const hit = words.map((word) => tf.cast(tf.equal(likeliest, word), 'float32')).reduce((a, b) => tf.maximum(a, b));
    const loss = tf.neg(tf.mean(tf.stack(words.map((word) => tokenLogps(logits, word))))) as tf.Scalar;
    return { loss, extras: [tf.mean(hit)] };
  });
}
