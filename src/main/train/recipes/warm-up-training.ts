/** Runs the vision warm-up: a few hundred steps until the tower names cells (see vision-warm-up.ts). */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../shared/values/random.ts';
import type { ImageEncoder, ModelConfig } from '../../model/families/family.ts';
import { imageBatch } from '../../model/families/images.ts';
import { familyOf } from '../../model/families/registry.ts';
import { defaultImageEncoder } from '../../model/folder/model-folder.ts';
import type { Weights } from '../../model/network/weights.ts';
import { CELL_LABEL_INDEX, CELL_LABELS, cellLabels } from '../../tasks/scene/layout.ts';
import { renderQuestion } from '../../tasks/scene/render.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { createOptimizer } from '../update/optimizer.ts';
import { CELL_VALUE_CLASSES, cellValues } from './cell-values.ts';
import { HEAD, VALUE_HEAD, type WarmUpBatch, warmUpGradients } from './vision-warm-up.ts';

const FIRST_RATE = 1e-3;
/** Steps over which the learning rate rises. */
const RATE_WARM_UP = 20;
const BATCH = 32;
const FIRST_QUESTION = 10_000_000; // far from the questions that later stages see

/** Trains the vision tower of `weights` (disposing the old ones) and logs the share of cells named right. */
export function warmUpVision(
  config: ModelConfig,
  weights: Weights,
  steps: number,
  seed: number,
  log: (line: string) => void,
): Weights {
  let current: Weights = { ...weights, ...heads(config, seed) };
  const { visionPrefix } = familyOf(config);
  const trainable = Object.keys(current).filter((name) => name.startsWith(visionPrefix) || name.startsWith('warm_up.'));
  const imageEncoder = defaultImageEncoder(config);
  const gradients = warmUpGradients(config, trainable);
  const settings = {
    weightDecay: 0,
    adamBeta1: 0.9,
    adamBeta2: 0.99,
    adamEpsilon: 1e-8,
    maxGradNorm: 1,
  };
  const optimizer = createOptimizer(settings, trainable, current);
  for (let step = 1; step <= steps; step++) {
    const batch = warmUpBatch(config, imageEncoder, step);
    const { loss, extras, grads } = gradients(current, batch);
    const percent = (share: tf.Scalar) => (100 * share.arraySync()).toFixed(1);
    const [named, valued] = [percent(extras.labels), percent(extras.values)];
    disposeTree(batch, loss, extras);
    const rate = FIRST_RATE * Math.min(1, step / RATE_WARM_UP) * (1 - (0.9 * step) / steps);
    current = optimizer.apply(current, grads, rate).weights;
    if (step % 50 === 0)
      log(`vision warm-up: step ${step}/${steps}, ${named} % of cells named right, ${valued} % of values`);
  }
  gradients.dispose();
  optimizer.dispose();
  const { [HEAD]: labels, [VALUE_HEAD]: values, ...rest } = current;
  disposeTree(labels, values);
  return rest;
}

function heads(config: ModelConfig, seed: number): Weights {
  const head = (name: string, classes: number): tf.Tensor2D => {
    const random = new Random(seed, name);
    const data = Float32Array.from({ length: config.text.hiddenSize * classes }, () => random.normal() * 0.02);
    return tf.tensor2d(data, [config.text.hiddenSize, classes]);
  };
  return { [HEAD]: head(HEAD, CELL_LABELS.length), [VALUE_HEAD]: head(VALUE_HEAD, CELL_VALUE_CLASSES) };
}

function warmUpBatch(config: ModelConfig, imageEncoder: ImageEncoder, step: number): WarmUpBatch {
  const questions = Array.from({ length: BATCH }, (_, i) =>
    generateQuestion('train', FIRST_QUESTION + step * BATCH + i),
  );
  const images = questions.map((question) => imageEncoder.encode(renderQuestion(question)));
  const labels = questions.flatMap((question) => cellLabels(question).map((label) => CELL_LABEL_INDEX.get(label)!));
  return {
    images: imageBatch(config, images)!,
    labels: tf.tensor1d(labels, 'int32'),
    values: tf.tensor1d(questions.flatMap(cellValues), 'int32'),
  };
}
