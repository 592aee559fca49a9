/** How a model answers when it is evaluated, and what tables count of its answers. */
import type { Kind } from './kind.ts';

/** A way to answer. */
export interface EvaluationModeKind extends Kind {
  /** Whether answers are drawn at random (temperature 1), so that another seed gives other ones. */
  readonly isDrawn: boolean;
  /** Splits whose benchmarks are answered this way. */
  readonly splits: readonly ('test' | 'hard')[];
  /** What a table counts of runs that were made before exact accuracy was recorded: what it counted then. */
  readonly scoreBefore: EvaluationScore;
  /** What the table's note says of the decoding. */
  readonly note: string;
}

/** Every way; the first is the default. */
export const EVALUATION_MODES = {
  greedy: {
    title: 'greedy',
    isDrawn: false,
    splits: ['test', 'hard'],
    scoreBefore: 'correct',
    note: 'greedy decoding',
  },
  sampled: {
    title: 'sampled at temperature 1',
    isDrawn: true,
    splits: ['test'],
    scoreBefore: 'outcome',
    note: 'one sample per question at temperature 1',
  },
} as const satisfies Record<string, EvaluationModeKind>;
/** A name of EVALUATION_MODES. */
export type EvaluationMode = keyof typeof EVALUATION_MODES;

/** A score of answers. */
export interface EvaluationScoreKind extends Kind {
  /** What the table's note says of its figures. */
  readonly note: string;
}

/** Every score; exact accuracy is the default where it was recorded. */
export const EVALUATION_SCORES = {
  exact: {
    title: 'accuracy',
    note: 'Accuracy in percent: answers that are right by their type’s own rule',
  },
  outcome: { title: 'outcome reward', note: 'Mean outcome reward × 100' },
  correct: {
    title: 'outcome reward of at least 0.5',
    note: 'Accuracy in percent by the rule of earlier versions: answers with an outcome reward of at least 0.5, which counts some wrong texts',
  },
} as const satisfies Record<string, EvaluationScoreKind>;
/** A name of EVALUATION_SCORES. */
export type EvaluationScore = keyof typeof EVALUATION_SCORES;
