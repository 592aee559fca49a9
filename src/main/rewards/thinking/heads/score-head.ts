/**
 * The holistic reading of a TRM: after the thinking and the request for a score the model writes one of the tokens 0.0, 0.1, ..., 1.0.
 * Any other token is a recorded failure. Trained and untrained TRM are the same reading of other weights.
 */

import * as tf from '@tensorflow/tfjs-core';
import { firstOf } from '../../../../shared/values/list.ts';
import type { Model } from '../../../model/folder/model-folder.ts';
import { logitsOf } from '../../../model/network/text.ts';
import { ratingRequest } from '../../../rollouts/prompt.ts';
import { SCORE_TOKENS } from '../../../tasks/language/vocabulary.ts';
import type { RatingHead } from './rating-head.ts';
import { scoreOfToken } from './score-reading.ts';

/** The head over a model that knows the eleven score tokens; throws a data error for one that does not. */
export function scoreHead({ config, tokenizer }: Pick<Model, 'config' | 'tokenizer'>): RatingHead {
  const request = ratingRequest({ config, tokenizer });
  const names = new Map<number, string>(SCORE_TOKENS.map((token) => [tokenizer.tokenId(token), token]));
  return {
    ask: (thinking) => {
      const ids = request(thinking);
      return { ids, places: [ids.length] };
    },
    read: (w, hidden) => tf.argMax(logitsOf(config.text, w, hidden), -1),
    score: (tokens) => {
      const token = firstOf(tokens, 'token of a score');
      return scoreOfToken(names.get(token) ?? tokenizer.decode([token]));
    },
  };
}
