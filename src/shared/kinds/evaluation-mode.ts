/** How a model answers when it is evaluated, and what its score then is. */
import type { Kind } from './kind.ts';

/** A way to answer. */
export interface EvaluationModeKind extends Kind {
  /** Whether answers are drawn at random (temperature 1), so that another seed gives other ones. */
  readonly isDrawn: boolean;
  /** Splits whose benchmarks are answered this way. */
  readonly splits: readonly ('test' | 'hard')[];
  /** What a question's score is: right or not, or the outcome reward. */
  readonly score: 'correct' | 'reward';
  /** What the table's note says of its figures. */
  readonly note: string;
}

/** Every way; the first is the default. */
export const EVALUATION_MODES = {
  greedy: {
    title: 'greedy: accuracy',
    isDrawn: false,
    splits: ['test', 'hard'],
    score: 'correct',
    note: 'Accuracy in percent, greedy decoding',
  },
  sampled: {
    title: 'sampled at temperature 1: outcome reward',
    isDrawn: true,
    splits: ['test'],
    score: 'reward',
    note: 'Mean outcome reward x 100, one sample per question at temperature 1',
  },
} as const satisfies Record<string, EvaluationModeKind>;
/** A name of EVALUATION_MODES. */
export type EvaluationMode = keyof typeof EVALUATION_MODES;
