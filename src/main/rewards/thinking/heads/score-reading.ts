/** What a score token is worth, and what a rater is asked for it: the texts of score-head.ts, without a model. */
import type { Tokenizer } from '../../../model/folder/tokenizer.ts';
import { ratingText } from '../../../rollouts/thinking-text.ts';
import { SCORE_TOKENS } from '../../../tasks/language/vocabulary.ts';
import type { HeadScore } from './rating-head.ts';
import type { RatingTexts } from './rating-texts.ts';

const SCORES: ReadonlySet<string> = new Set(SCORE_TOKENS);

/** Whether a model reads scores off score tokens, as the embedded TRMs do; others write theirs (written-rewarder.ts). */
export function hasScoreTokens(tokenizer: Pick<Tokenizer, 'knows'>): boolean {
  return SCORE_TOKENS.every((token) => tokenizer.knows(token));
}

/** The score that a written token is; any other token is a recorded failure. */
export function scoreOfToken(token: string): HeadScore {
  return SCORES.has(token) ? { score: Number(token) } : { score: null, failure: 'no_score', reply: token };
}

/** What a rater reads of a thinking, and where its score is read: after all of it. `after`: what its chat template puts there. */
export function scoreTexts(thinking: string, after: string): RatingTexts {
  return { pieces: [ratingText(thinking, after)], readAfter: [0] };
}
