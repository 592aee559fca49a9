/** Rows of the TRM workbench as the store hands them out; the page imports these types only. Times are ms since 1970. */
import type { AnnotationState, AnnotatorKind, TrmKind, TrmModelState } from '../../../shared/trm/trm-names.ts';
import type { CalibrationPoint, Figure } from '../../trm/validation/compare-raters.ts';

/** A collected data set with the count of its pairs. */
export interface TrmDatasetRow {
  readonly id: number;
  readonly name: string;
  readonly source: unknown; // how it was collected
  readonly pairs: number;
  readonly runs: number; // distinct runs it comes from
  readonly firstStep: number | null;
  readonly lastStep: number | null;
  readonly createdAt: number;
}

/** One annotator over one data set, with the state of its queue. */
export interface TrmAnnotationRow {
  readonly id: number;
  readonly datasetId: number;
  readonly dataset: string;
  readonly name: string;
  readonly annotator: AnnotatorKind;
  readonly settings: unknown;
  readonly askings: number;
  readonly state: AnnotationState;
  readonly reason: string | null;
  readonly total: number; // pairs x askings
  readonly scored: number;
  readonly failed: number;
  readonly waiting: number;
  readonly attempts: number;
  readonly seconds: number; // summed over requests
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number | null; // null where no price was given or no tokens were told
  readonly failures: Readonly<Record<string, number>>; // by kind
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A build with its flow of counts and its histograms over ten score intervals. */
export interface TrmBuildRow {
  readonly id: number;
  readonly name: string;
  readonly kind: TrmKind;
  readonly annotationId: number;
  readonly annotation: string;
  readonly dataset: string;
  readonly options: unknown;
  readonly collected: number;
  readonly kept: number;
  readonly sampled: number;
  readonly createdAt: number;
}

/** One filter of a build's flow, in the order applied. */
export interface TrmFlowRow {
  readonly filter: string;
  readonly switchedOn: boolean;
  readonly dropped: number;
  readonly leftOver: number;
}

/** Pairs per score interval: as annotated, after the filters, after sampling. */
export interface TrmHistogram {
  readonly before: readonly number[];
  readonly filtered: readonly number[];
  readonly sampled: readonly number[];
}

/** One pair of a build or data set. */
export interface TrmPairRow {
  readonly id: number;
  readonly position: number;
  readonly questionId: string;
  readonly question: string | null;
  readonly category: string | null;
  readonly run: string | null;
  readonly step: number;
  readonly thinking: string;
  readonly text: string;
  readonly truncated: boolean;
  readonly outcomeReward: number | null;
  readonly score: number | null;
  readonly fate: string | null; // null where no build was named
}

/** A trained TRM. */
export interface TrmModelRow {
  readonly id: number;
  readonly name: string;
  readonly kind: TrmKind;
  readonly buildId: number | null;
  readonly build: string | null;
  readonly base: string;
  readonly folder: string;
  readonly settings: unknown;
  readonly state: TrmModelState;
  readonly reason: string | null;
  readonly step: number;
  readonly totalSteps: number;
  readonly seconds: number;
  readonly weightsHash: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A validation without its figures. */
export interface TrmValidationRow {
  readonly id: number;
  readonly name: string;
  readonly source: 'embedded' | 'vl-rewardbench';
  readonly options: unknown;
  readonly createdAt: number;
  readonly seconds: number;
}

/** One figure of a split. `part` is '' or 'category:chart' and the like. */
export interface TrmFigureRow extends Figure {
  readonly split: string;
}

/** A point of a calibration curve of a split. */
export interface TrmCalibrationRow extends CalibrationPoint {
  readonly split: string;
}

/** A response that was judged, with each rater's score. */
export interface TrmValidatedRow {
  readonly split: string;
  readonly position: number;
  readonly questionId: string;
  readonly question: string | null;
  readonly text: string;
  readonly truth: number;
  readonly outcomeReward: number | null;
  readonly scores: Readonly<Record<string, number | null>>;
}

/** A validation with everything a page draws. */
export interface TrmValidationDetail extends TrmValidationRow {
  readonly figures: readonly TrmFigureRow[];
  readonly calibration: readonly TrmCalibrationRow[];
}
