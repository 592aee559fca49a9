/**
 * Names of the TRM workbench that pages, store and pipeline share: kinds of model, what can become of a pair, measures of a validation.
 */
import type { Kind, KindTable } from '../kinds/kind.ts';
import type { ThinkingSource } from '../kinds/thinking.ts';

/** What a TRM is trained to say: one score for the whole thinking, or one for each of its steps. */
export const TRM_KINDS = {
  holistic: { title: 'One score', thinking: 'trm', needsSteps: false },
  step: { title: 'A verdict on each step', thinking: 'step-level', needsSteps: true },
} as const satisfies KindTable<TrmKindEntry>;
/** A name of TRM_KINDS. */
export type TrmKind = keyof typeof TRM_KINDS;

interface TrmKindEntry extends Kind {
  /** The thinking reward that such a model gives. */
  readonly thinking: ThinkingSource;
  /** Whether it is trained on pairs with step labels alone. */
  readonly needsSteps: boolean;
}

/** The dimensions that a thinking is judged by. */
export const DIMENSIONS = [
  'logicalSoundness',
  'correctReasoning',
  'errorIdentification',
  'languageConsistency',
  'redundancy',
] as const;
/** One of DIMENSIONS. */
export type Dimension = (typeof DIMENSIONS)[number];

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

/** How a rater is trained: rounds, pairs a step, learning rate from and to (cosine), seed. As models/tiny-vl-trm and models/tiny-vl-prm were made. */
export const RATER_DEFAULTS = { epochs: 4, batchSize: 32, firstRate: 5e-4, lastRate: 5e-5, seed: 2 } as const;

/** Who may be asked to score pairs. */
export const ANNOTATORS = {
  rubric: { title: 'Rubric', help: 'The program itself, which knows the scene.' },
  endpoint: { title: 'Endpoint', help: 'An OpenAI-compatible server.' },
} as const satisfies KindTable;
/** A name of ANNOTATORS. */
export type AskedAnnotator = keyof typeof ANNOTATORS;
/** Who scored the pairs; `imported`: they came with their scores. */
export type AnnotatorKind = AskedAnnotator | 'imported';
/** State of an annotation; `stopped` ones go on where they were. */
export type AnnotationState = 'running' | 'stopped' | 'finished';
/** State of a TRM's training. */
export type TrmModelState = 'training' | 'stopped' | 'finished' | 'failed';

/** Fates of a pair that passed every filter; a dropped one's fate is the filter's name. */
export const FATES = { sampled: 'sampled', notSampled: 'not sampled' } as const;

/** Score intervals [0, 0.1), ..., [0.9, 1.0] of sampling and histograms. */
export const BINS = 10;

/** What a validation measures: title, unit range and which way is good. */
export const MEASURES = {
  'pairwise-accuracy': { title: 'Pairwise accuracy', best: 1 },
  spearman: { title: 'Rank correlation with the annotator (Spearman)', best: 1 },
  'mean-absolute-error': { title: 'Mean absolute error', best: 0 },
  'mean-score': { title: 'Mean score', best: null },
  unscored: { title: 'Share without a score', best: 0 },
  'answer-leak': { title: 'Right minus wrong answers at equal annotator score', best: 0 },
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
