/** Measures of a validation. */

/** What a validation measures: title, unit range and which way is good. */
export const MEASURES = {
  'pairwise-accuracy': { title: 'Pairwise accuracy', best: 1 },
  spearman: { title: 'Rank correlation with the annotator (Spearman)', best: 1 },
  'mean-absolute-error': { title: 'Mean absolute error', best: 0 },
  'mean-score': { title: 'Mean score', best: null },
  unscored: { title: 'Share without a score', best: 0 },
  'answer-leak': { title: 'Answers with Rᵒ ≥ 0.5 minus others, at equal annotator score', best: 0 },
  'length-slope': { title: 'Score per ten more words at equal annotator score', best: 0 },
  'slip-position': { title: 'Late minus early error, beyond the difference the annotator sees', best: 0 },
  'marker-so': { title: 'Change when "so" is added', best: 0 },
  'marker-therefore': { title: 'Change when "therefore" is added', best: 0 },
} as const satisfies Record<string, { title: string; best: number | null }>;
/** A name of MEASURES. */
export type Measure = keyof typeof MEASURES;

/** Measures of what a score must not depend on: zero is what they should be. */
export const DEPENDENCE_MEASURES = [
  'answer-leak',
  'length-slope',
  'slip-position',
  'marker-so',
  'marker-therefore',
] as const satisfies readonly Measure[];
