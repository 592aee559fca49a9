/** What a step-level rater is asked and how its steps' probabilities become one score: the texts of step-head.ts, without a model. */
import type { StepAggregate } from '../../../../shared/kinds/thinking.ts';
import { splitSentences } from '../../../tasks/language/claims.ts';
import type { HeadScore } from './rating-head.ts';
import type { RatingTexts } from './rating-texts.ts';

/** The tokens of a right and of a wrong step. */
export const STEP_TOKENS = { right: '+', wrong: '-' } as const;

/** From the steps' probabilities (one at least) to one score in [0, 1]. */
export const AGGREGATES = {
  mean: (steps) => steps.reduce((sum, step) => sum + step, 0) / steps.length,
  min: (steps) => Math.min(...steps),
  product: (steps) => steps.reduce((product, step) => product * step, 1),
} as const satisfies Record<StepAggregate, (steps: readonly number[]) => number>;

/** A thinking given as its steps, in pieces; it is read behind each step's full stop. */
export function piecesOfSteps(steps: readonly string[]): RatingTexts {
  return { pieces: ['<think>', ...steps.map((step) => ` ${step} .`)], readAfter: steps.map((_, i) => i + 1) };
}

/** The same of a thinking as it was written. */
export function stepTexts(thinking: string): RatingTexts {
  return piecesOfSteps(splitSentences(thinking));
}

/** The score of a thinking from its steps' probabilities; one without a step is worth 0. */
export function scoreOfSteps(steps: readonly number[], aggregate: StepAggregate): HeadScore {
  if (steps.length === 0) return { score: 0, failure: 'no_steps' };
  return { score: AGGREGATES[aggregate](steps), steps: [...steps] };
}
