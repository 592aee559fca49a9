/** Runs the vision warm-up: a few hundred steps until the tower names cells (see vision-warm-up.ts). */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../shared/values/random.ts';
import type { ModelConfig } from '../../model/families/qwen2-5-vl/config.ts';
import { cutPatches } from '../../model/image/patches.ts';
import type { Weights } from '../../model/network/weights.ts';
import { CELL_LABEL_INDEX, CELL_LABELS, cellLabels } from '../../tasks/scene/layout.ts';
import { renderQuestion } from '../../tasks/scene/render.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { createOptimizer } from '../update/optimizer.ts';
import { CELL_VALUE_CLASSES, cellValues } from './cell-values.ts';
import { HEAD, VALUE_HEAD, warmUpGradients } from './vision-warm-up.ts';

const BATCH = 32;
const FIRST_QUESTION = 10_000_000; // far from the questions that later stages see

/** Trains `visual.*` of `weights` (disposing the old ones) and logs the share of cells named right. */
export function warmUpVision(
  config: ModelConfig,
  weights: Weights,
  steps: number,
  seed: number,
  log: (line: string) => void,
): Weights {
  let current: Weights = { ...weights, ...heads(config, seed) };
  const trainable = Object.keys(current).filter((name) => name.startsWith('visual.') || name.startsWith('warm_up.'));
  const side = 56 / config.vision.patchSize;
  const gradients = warmUpGradients(config, trainable, [1, side, side]);
  const settings = {
    learningRate: 1e-3,
    weightDecay: 0,
    adamBeta1: 0.9,
    adamBeta2: 0.99,
    adamEpsilon: 1e-8,
    warmupSteps: 20,
    maxGradNorm: 1,
  };
  const optimizer = createOptimizer(settings, trainable, current);
  for (let step = 1; step <= steps; step++) {
    const batch = warmUpBatch(config, step);
    const { loss, extras, grads } = gradients(current, batch);
    const [named, valued] = extras.map((one) => (100 * (one.dataSync() as Float32Array)[0]!).toFixed(1));
    tf.dispose([batch, loss, [...extras]]);
    current = optimizer.apply(current, grads, 1 - (0.9 * step) / steps).weights;
    if (step % 50 === 0)
      log(`vision warm-up: step ${step}/${steps}, ${named} % of cells named right, ${valued} % of values`);
  }
  gradients.dispose();
  optimizer.dispose();
  const { [HEAD]: labels, [VALUE_HEAD]: values, ...rest } = current;
  tf.dispose([labels!, values!]);
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

function warmUpBatch(config: ModelConfig, step: number): tf.Tensor[] {
  const questions = Array.from({ length: BATCH }, (_, i) =>
    generateQuestion('train', FIRST_QUESTION + step * BATCH + i),
  );
  const patches = questions.map((question) => cutPatches(renderQuestion(question), config.vision));
  const width = patches[0]!.pixelValues.length;
  const pixels = new Float32Array(BATCH * width);
  patches.forEach((one, i) => {
    pixels.set(one.pixelValues, i * width);
  });
  const labels = Int32Array.from(
    questions.flatMap((question) => cellLabels(question).map((label) => CELL_LABEL_INDEX.get(label)!)),
  );
  const values = Int32Array.from(questions.flatMap(cellValues));
  const count = (BATCH * width) / (3 * config.vision.temporalPatchSize * config.vision.patchSize ** 2);
  return [
    tf.tensor2d(pixels, [count, pixels.length / count]),
    tf.tensor1d(labels, 'int32'),
    tf.tensor1d(values, 'int32'),
  ];
}
