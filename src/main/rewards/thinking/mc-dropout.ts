/**
 * MC dropout (Gal & Ghahramani 2016): a rater's passes with dropout are networks drawn from its posterior; where they disagree about
 * a thinking the score is uncertain. With k passes r_1 ... r_k:
 *
 *   R^t = mean_j r_j,   s = sqrt(sum_j (r_j - R^t)^2 / (k - 1))
 *
 * Masks come from the counter-based generator, keyed by (seed, step, pass, place, unit): the same for every run of a step, resumed or not,
 * whatever else is in the batch. Dropped out is what the decoder's attentions and MLPs add (model/network/text.ts); the vision tower is not.
 */

import * as tf from '@tensorflow/tfjs-core';
import { firstOf } from '../../../shared/values/list.ts';
import { hash32, uniformAt } from '../../../shared/values/random.ts';
import type { TextConfig } from '../../model/network/decoder-config.ts';
import type { DropoutMasks } from '../../model/network/text.ts';
import type { DrawKey } from '../../rollouts/generate-responses.ts';
import type { HeadScore } from './heads/rating-head.ts';
import type { ThinkingScore } from './source.ts';

/** The settings reward.mcDropoutPasses and reward.mcDropoutRate. */
export interface DropoutOptions {
  readonly passes: number; // k, at least 2
  readonly rate: number; // share of units dropped, in (0, 1)
}

/** The masks of one pass [2 * numHiddenLayers, H]; the caller disposes. */
export function dropoutMasks(config: TextConfig, rate: number, { seed, step }: DrawKey, pass: number): DropoutMasks {
  const [rows, width] = [2 * config.numHiddenLayers, config.hiddenSize];
  const stream = hash32(`dropout:${step}`);
  const kept = 1 / (1 - rate);
  const mask = (_: unknown, i: number): number =>
    uniformAt(seed, stream, pass, Math.floor(i / width), i % width) < rate ? 0 : kept;
  return tf.tensor2d(Float32Array.from({ length: rows * width }, mask), [rows, width]);
}

/** One thinking's passes as one score with its spread; passes without a score are left out, and with fewer than two left there is none. */
export function overPasses(passes: readonly HeadScore[]): Omit<ThinkingScore, 'attempts' | 'seconds'> {
  const known = passes.flatMap(({ score }) => (score === null ? [] : [score]));
  const failed = passes.find((pass) => pass.score === null);
  if (known.length < 2 && failed !== undefined) return failed;
  if (passes.every(({ failure }) => failure !== undefined)) return firstOf(passes, 'pass'); // nothing was judged, so there is no spread
  const one = firstOf(known, 'score');
  const mean = one + known.reduce((sum, score) => sum + (score - one), 0) / known.length; // exact where all agree
  const squares = known.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { score: mean, spread: Math.sqrt(squares / (known.length - 1)) };
}
