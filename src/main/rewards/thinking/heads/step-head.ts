/**
 * The step-level reading, a process reward model in the manner of VisualPRM (Wang et al. 2025): each step (sentence) of the thinking gets
 * a probability of being right, read at the step's last token as the softmax over the two tokens "+" and "-":
 *
 *   p_j = exp(z_+) / (exp(z_+) + exp(z_-)),   R^t = mean_j p_j   (min_j p_j or prod_j p_j by reward.stepAggregate)
 *
 * All steps of all thinkings are read in one pass: nothing is written between the steps, so a step's probability depends on the steps
 * before it and not on how those were judged. A thinking without a step is worth 0. Deliberately absent: training (trm/).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StepAggregate } from '../../../../shared/kinds/thinking.ts';
import type { Model } from '../../../model/folder/model-folder.ts';
import type { Tokenizer } from '../../../model/folder/tokenizer.ts';
import { splitTwo } from '../../../model/network/ops.ts';
import { tokenLogits } from '../../../model/network/text.ts';
import { splitSentences } from '../../../tasks/language/claims.ts';
import type { RatingHead } from './rating-head.ts';
import { piecesOfSteps, STEP_TOKENS, scoreOfSteps } from './step-reading.ts';

/** The tokens of a thinking given as its steps, and the place behind each step's full stop. */
export function stepTokens(tokenizer: Tokenizer, steps: readonly string[]): { ids: number[]; places: number[] } {
  const { pieces, readAfter } = piecesOfSteps(steps);
  const read = new Set(readAfter);
  const ids: number[] = [];
  const places: number[] = [];
  pieces.forEach((piece, i) => {
    ids.push(...tokenizer.encode(piece));
    if (read.has(i)) places.push(ids.length);
  });
  return { ids, places };
}

/** The head over a model whose vocabulary has both step tokens; throws a data error for one that has not. */
export function stepHead(
  { config, tokenizer }: Pick<Model, 'config' | 'tokenizer'>,
  aggregate: StepAggregate,
): RatingHead {
  const tokens = [tokenizer.tokenId(STEP_TOKENS.right), tokenizer.tokenId(STEP_TOKENS.wrong)];
  return {
    ask: (thinking) => stepTokens(tokenizer, splitSentences(thinking)),
    read: (w, hidden) => {
      const [right, wrong] = splitTwo(tokenLogits(config.text, w, hidden, tokens), [1, 1], 1);
      return tf.reshape(tf.sigmoid(tf.sub(right, wrong)), [-1]);
    },
    score: (steps) => scoreOfSteps(steps, aggregate),
  };
}
