/**
 * How well a step-level model tells right steps from wrong ones, against the rubric's verdict of each sentence, with bootstrap
 * intervals over questions. Plain numbers.
 */
import { entryAt } from '../../../shared/values/list.ts';
import { Random } from '../../../shared/values/random.ts';

/** One question's steps: what the annotator says of each, and the model's probability of its being right. */
export type JudgedSteps = readonly { readonly right: boolean; readonly probability: number }[];

/** A share with its 95 % interval; NaN where there was nothing to count. */
export interface Share {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** Accuracies at a threshold of one half, and how many steps they rest on. */
export interface StepAccuracy {
  readonly all: Share;
  readonly right: Share; // of the steps that are right: how many are called right
  readonly wrong: Share; // of the steps that are wrong: how many are called wrong
  readonly steps: number;
  readonly rightShare: number; // of all steps: what calling every step right would score
}

const RESAMPLES = 1000;

/** Step accuracy over questions. */
export function stepAccuracy(questions: readonly JudgedSteps[], seed = 0): StepAccuracy {
  const steps = questions.flat();
  const share = (of: (step: JudgedSteps[number]) => boolean): Share => shareOf(questions, of, seed);
  return {
    all: share(() => true),
    right: share((step) => step.right),
    wrong: share((step) => !step.right),
    steps: steps.length,
    rightShare: steps.filter((step) => step.right).length / steps.length,
  };
}

function shareOf(questions: readonly JudgedSteps[], of: (step: JudgedSteps[number]) => boolean, seed: number): Share {
  const tallies = questions
    .map((steps) => steps.filter(of))
    .filter((steps) => steps.length > 0)
    .map((steps) => ({
      hits: steps.filter((step) => step.probability >= 0.5 === step.right).length,
      of: steps.length,
    }));
  const accuracyOf = (list: typeof tallies) =>
    list.reduce((sum, tally) => sum + tally.hits, 0) / list.reduce((sum, tally) => sum + tally.of, 0);
  if (tallies.length === 0) return { accuracy: Number.NaN, low: Number.NaN, high: Number.NaN };
  const random = new Random(seed, 'steps');
  const resampled = Array.from({ length: RESAMPLES }, () => accuracyOf(tallies.map(() => random.pick(tallies)))).sort(
    (a, b) => a - b,
  );
  const at = (share: number) => entryAt(resampled, Math.floor(share * RESAMPLES), 'resampled accuracy');
  return { accuracy: accuracyOf(tallies), low: at(0.025), high: at(0.975) };
}
