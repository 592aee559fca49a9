/**
 * Rows of the TRM workbench as the store hands them out; the page imports these types only. Their columns are described in
 * schema/trm-tables.ts. Times are ms since 1970.
 */
import { count, label, orNull, real, step } from '../schema/column.ts';
import { computed, type Selected, select } from '../schema/select.ts';
import { TABLES } from '../schema/tables.ts';

/** A collected data set with the count of its pairs, of `trm_datasets d LEFT JOIN trm_pairs p`. */
export const TRM_DATASET = select({ d: 'trm_datasets' }, ['d.id', 'd.name', 'd.source', 'd.created_at'], {
  pairs: computed(count(), 'count(p.id)'),
  runs: computed(count(), 'count(DISTINCT p.run)'), // distinct runs it comes from
  firstStep: computed(orNull(step()), 'min(p.step)'),
  lastStep: computed(orNull(step()), 'max(p.step)'),
});
/** A collected data set with the count of its pairs. */
export interface TrmDatasetRow extends Selected<typeof TRM_DATASET> {}

/** One annotator over one data set with its answers so far, of `trm_annotations a JOIN trm_datasets d LEFT JOIN trm_scores s`. */
export const TRM_ANNOTATION = select(
  { a: 'trm_annotations', d: 'trm_datasets' },
  [
    ...(['a.id', 'a.dataset_id', 'd.name AS dataset', 'a.name', 'a.annotator', 'a.settings', 'a.askings'] as const),
    ...(['a.state', 'a.reason', 'a.created_at', 'a.updated_at'] as const),
  ],
  {
    total: computed(count(), '(SELECT count(*) FROM trm_pairs p WHERE p.dataset_id = a.dataset_id) * a.askings'), // pairs x askings
    answered: computed(count(), 'count(s.pair_id)'),
    scored: computed(count(), 'count(s.score)'),
    attempts: computed(count(), 'coalesce(sum(s.attempts), 0)'),
    seconds: computed(real(0), 'coalesce(sum(s.seconds), 0)'), // summed over requests
    promptTokens: computed(count(), 'coalesce(sum(s.prompt_tokens), 0)'),
    completionTokens: computed(count(), 'coalesce(sum(s.completion_tokens), 0)'),
    cost: computed(orNull(real(0)), 'sum(s.cost)'), // null where no price was given or no tokens were told
  },
);
/** One annotator over one data set, with the state of its queue. */
export interface TrmAnnotationRow extends Omit<Selected<typeof TRM_ANNOTATION>, 'answered'> {
  readonly failed: number;
  readonly waiting: number;
  readonly failures: Readonly<Record<string, number>>; // by kind
}

/** A training set, of `trm_builds b JOIN trm_annotations a JOIN trm_datasets d`. */
export const TRM_BUILD = select({ b: 'trm_builds', a: 'trm_annotations', d: 'trm_datasets' }, [
  ...(['b.id', 'b.name', 'b.kind', 'b.annotation_id', 'a.name AS annotation', 'd.name AS dataset'] as const),
  ...(['b.options', 'b.collected', 'b.kept', 'b.sampled', 'b.created_at'] as const),
]);
/** A build with its counts. */
export interface TrmBuildRow extends Selected<typeof TRM_BUILD> {}

/** One filter of a build's flow, of `trm_build_flow f`. */
export const TRM_FLOW = select({ f: 'trm_build_flow' }, ['f.filter', 'f.switched_on', 'f.dropped', 'f.left_over']);
/** One filter of a build's flow, in the order applied. */
export type TrmFlowRow = Selected<typeof TRM_FLOW>;

/** Pairs per score interval: as annotated, after the filters, after sampling. */
export interface TrmHistogram {
  readonly before: readonly number[];
  readonly filtered: readonly number[];
  readonly sampled: readonly number[];
}

const PAIR_FROM = { p: 'trm_pairs', q: 'questions' } as const;
const PAIR_LIST = [
  ...(['p.id', 'p.position', 'q.question AS questionId', 'q.text AS question', 'q.category', 'p.run'] as const),
  ...(['p.step', 'p.thinking', 'p.text', 'p.truncated', 'p.outcome_reward'] as const),
] as const;
/** A pair of a data set, of `trm_pairs p JOIN questions q`: without a score. */
export const TRM_PAIR = select(PAIR_FROM, PAIR_LIST, {
  score: computed(orNull(real(0, 1)), 'NULL'),
  fate: computed(orNull(label()), 'NULL'), // null where no build was named
});
/** The same of a build: `trm_build_pairs b`. */
export const TRM_BUILD_PAIR = select(PAIR_FROM, PAIR_LIST, {
  score: computed(orNull(real(0, 1)), 'b.score'),
  fate: computed(orNull(label()), 'b.fate'),
});
/** The same with what the annotator said of it: `LEFT JOIN trm_scores s`. */
export const TRM_BUILT_PAIR = select(PAIR_FROM, PAIR_LIST, {
  score: computed(orNull(real(0, 1)), 'b.score'),
  fate: computed(orNull(label()), 'b.fate'),
  stepLabels: computed(TABLES.trm_scores.step_labels, 's.step_labels'),
  dimensions: computed(TABLES.trm_scores.dimensions, 's.dimensions'),
});
/** One pair of a build or data set. */
export type TrmPairRow = Selected<typeof TRM_PAIR>;

/** A trained TRM, of `trm_models m LEFT JOIN trm_builds b`. */
export const TRM_MODEL = select(
  { m: 'trm_models' },
  [
    ...(['m.id', 'm.name', 'm.kind', 'm.build_id', 'm.base', 'm.folder', 'm.settings', 'm.state', 'm.reason'] as const),
    ...(['m.step', 'm.total_steps', 'm.seconds', 'm.weights_hash', 'm.created_at', 'm.updated_at'] as const),
  ],
  { build: computed(orNull(label()), 'b.name') },
);
/** A trained TRM. */
export interface TrmModelRow extends Selected<typeof TRM_MODEL> {}

/** A validation without its figures, of `trm_validations v`. */
export const TRM_VALIDATION = select({ v: 'trm_validations' }, [
  ...(['v.id', 'v.name', 'v.source', 'v.options', 'v.created_at', 'v.seconds'] as const),
]);
/** A validation without its figures. */
export interface TrmValidationRow extends Selected<typeof TRM_VALIDATION> {}

/** One figure of a split, of `trm_validation_figures f`. */
export const TRM_FIGURE = select({ f: 'trm_validation_figures' }, [
  ...(['f.split', 'f.rater', 'f.versus', 'f.measure', 'f.part', 'f.value', 'f.low', 'f.high', 'f.count'] as const),
]);
/** One figure of a split. `part` is '' or 'category:chart' and the like. */
export type TrmFigureRow = Selected<typeof TRM_FIGURE>;

/** A point of a calibration curve, of `trm_calibration c`. */
export const TRM_CALIBRATION = select({ c: 'trm_calibration' }, [
  ...(['c.split', 'c.rater', 'c.bin', 'c.mean_score', 'c.mean_truth', 'c.count'] as const),
]);
/** A point of a calibration curve of a split. */
export type TrmCalibrationRow = Selected<typeof TRM_CALIBRATION>;

/** A response that was judged, of `trm_validated_responses v JOIN questions q`. */
export const TRM_VALIDATED = select({ v: 'trm_validated_responses', q: 'questions' }, [
  ...(['v.split', 'v.position', 'q.question AS questionId', 'q.text AS question', 'v.text', 'v.truth'] as const),
  ...(['v.outcome_reward', 'v.scores'] as const),
]);
/** A response that was judged, with each rater's score. */
export interface TrmValidatedRow extends Selected<typeof TRM_VALIDATED> {}

/** A validation with everything a page draws. */
export interface TrmValidationDetail extends TrmValidationRow {
  readonly figures: readonly TrmFigureRow[];
  readonly calibration: readonly TrmCalibrationRow[];
}
