/** What is asked of a rater in texts, for one that is run elsewhere: the counterpart of RatingHead.ask. */

/** The pieces after image and question, each to be encoded by itself, and after which of them (from 0) the model is read. */
export interface RatingTexts {
  readonly pieces: readonly string[];
  readonly readAfter: readonly number[];
}
