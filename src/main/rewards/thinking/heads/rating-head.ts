/**
 * A head: what is asked of a rating model and how its hidden states are read. One pass serves every head (model-rewarder.ts).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../../model/network/weights.ts';
import type { ThinkingScore } from '../source.ts';

/** What a head makes of one thinking's values: a score with what it rests on, or why there is none. */
export type HeadScore = Pick<ThinkingScore, 'score' | 'failure' | 'reply' | 'steps'>;

/** What is asked of the model and how its hidden states are read. */
export interface RatingHead {
  /** Tokens after image and question, and the places to read: place p is the hidden state after the p-th of these tokens. */
  readonly ask: (thinking: string) => { readonly ids: readonly number[]; readonly places: readonly number[] };
  /** Hidden states at the places [M, H] -> one number each [M]; traceable (tensor/compile.ts). */
  readonly read: (w: Weights, hidden: tf.Tensor2D) => tf.Tensor1D;
  /** One thinking's numbers, place by place -> its score. */
  readonly score: (values: readonly number[]) => HeadScore;
}
