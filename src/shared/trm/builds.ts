/** Training sets: the filters that a pair has to pass, and what becomes of it. */

/** Filters of a training set in the order they are applied. */
export const FILTER_NAMES = [
  'unscored',
  'truncated',
  'malformed',
  'empty',
  'too-short',
  'too-long',
  'duplicate',
  'contradicting',
] as const;
/** One of FILTER_NAMES. */
export type FilterName = (typeof FILTER_NAMES)[number];
/** Bounds of the filters: words of thinking, and score units between two askings. */
export const FILTER_DEFAULTS = { minWords: 3, maxWords: 200, maxDisagreement: 0.2 } as const;

/** Fates of a pair that passed every filter; a dropped one's fate is the filter's name. */
export const FATES = { sampled: 'sampled', notSampled: 'not sampled' } as const;

/** Score intervals [0, 0.1), ..., [0.9, 1.0] of sampling and histograms. */
export const BINS = 10;
