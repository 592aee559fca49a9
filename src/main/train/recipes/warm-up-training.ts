/** Runs the vision warm-up: some minutes until the tower writes the words of a picture's cells (see vision-warm-up.ts). */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../model/config.ts';
import { cutPatches } from '../../model/image/patches.ts';
import type { Tokenizer } from '../../model/tokenizer.ts';
import type { Weights } from '../../model/weights.ts';
import { generateQuestion } from '../../tasks/generate.ts';
import { renderQuestion } from '../../tasks/render.ts';
import { createOptimizer } from '../optimizer.ts';
import { cellWords, warmUpGradients } from './vision-warm-up.ts';

const BATCH = 32;
const FIRST_QUESTION = 10_000_000; // far from the questions that later stages see

/** Trains `visual.*` of `weights` (disposing the old ones) and logs how well cells are written. */
export function warmUpVision(config: ModelConfig, tokenizer: Tokenizer, weights: Weights, steps: number, log: (line: string) => void): Weights {
  let current = weights;
  const trainable = Object.keys(current).filter((name) => name.startsWith('visual.'));
  const side = 56 / config.vision.patchSize;
  const gradients = warmUpGradients(config, trainable, [1, side, side]);
  const settings = { learningRate: 1e-3, weightDecay: 0, adamBeta1: 0.9, adamBeta2: 0.99, adamEpsilon: 1e-8, warmupSteps: 20, maxGradNorm: 1 };
  const optimizer = createOptimizer(settings, trainable, current);
  for (let step = 1; step <= steps; step++) {
    const batch = warmUpBatch(config, tokenizer, step);
    const { loss, extras, grads } = gradients(current, batch);
    const distance = (loss.dataSync() as Float32Array)[0]!;
    const nearest = (extras[0]!.dataSync() as Float32Array)[0]!;
    tf.dispose([batch, loss, [...extras]]);
    current = optimizer.apply(current, grads, 1 - (0.95 * step) / steps).weights;
    if (step % 100 === 0) log(`vision warm-up: step ${step}/${steps}, loss ${distance.toFixed(4)}, ${(100 * nearest).toFixed(1)} % of cells named right`);
  }
  gradients.dispose();
  optimizer.dispose();
  return current;
}

function warmUpBatch(config: ModelConfig, tokenizer: Tokenizer, step: number): tf.Tensor[] {
  const questions = Array.from({ length: BATCH }, (_, i) => generateQuestion('train', FIRST_QUESTION + step * BATCH + i));
  const patches = questions.map((question) => cutPatches(renderQuestion(question), config.vision));
  const width = patches[0]!.pixelValues.length;
  const pixels = new Float32Array(BATCH * width);
  patches.forEach((one, i) => pixels.set(one.pixelValues, i * width));
  const ids = Int32Array.from(questions.flatMap((question) => cellWords(question).map((word) => tokenizer.tokenId(word))));
  const count = (BATCH * width) / (3 * config.vision.temporalPatchSize * config.vision.patchSize ** 2);
  return [tf.tensor2d(pixels, [count, pixels.length / count]), tf.tensor1d(ids, 'int32')];
}
