/**
 * How well a rater orders thinkings of the same question as the annotator does: the measure of the paper's TRM (pairwise accuracy), with a
 * bootstrap interval over questions. A tie of the rater counts one half; pairs the annotator ties are left out. Plain numbers.
 */
import { entryAt } from '../../../shared/values/list.ts';
import { Random } from '../../../shared/values/random.ts';

/** Scores of one question's thinkings; null where the rater had none (left out and counted). */
export interface RatedQuestion {
  readonly truth: readonly number[];
  readonly rated: readonly (number | null)[];
}

export interface PairwiseAccuracy {
  readonly accuracy: number; // share of pairs ordered right, ties one half
  readonly low: number; // 95 % interval
  readonly high: number;
  readonly pairs: number;
  readonly ties: number; // pairs the rater scored alike
  readonly unscored: number; // thinkings without a score
}

const RESAMPLES = 1000;
/** Thinkings whose true scores differ by less are no pair. */
const MIN_GAP = 0.1;

/** Pairwise accuracy over questions; pairs whose true scores differ by less than `minGap` are left out. */
export function pairwiseAccuracy(questions: readonly RatedQuestion[], minGap = MIN_GAP, seed = 0): PairwiseAccuracy {
  const tallies = questions.map((question) => tallyPairs(question, minGap)).filter((tally) => tally.pairs > 0);
  const total = (pick: (tally: Tally) => number, of: readonly Tally[] = tallies) =>
    of.reduce((sum, tally) => sum + pick(tally), 0);
  const accuracyOf = (of: readonly Tally[]) =>
    total((tally) => tally.right, of) /
    Math.max(
      1,
      total((tally) => tally.pairs, of),
    );
  const random = new Random(seed, 'pairwise');
  const resampled = Array.from({ length: RESAMPLES }, () => accuracyOf(tallies.map(() => random.pick(tallies)))).sort(
    (a, b) => a - b,
  );
  return {
    accuracy: accuracyOf(tallies),
    low: resampled[Math.floor(0.025 * RESAMPLES)] ?? Number.NaN,
    high: resampled[Math.floor(0.975 * RESAMPLES)] ?? Number.NaN,
    pairs: total((tally) => tally.pairs),
    ties: total((tally) => tally.ties),
    unscored: questions.reduce((sum, question) => sum + question.rated.filter((score) => score === null).length, 0),
  };
}

/** How one question's pairs were ordered. */
export interface Tally {
  readonly right: number;
  readonly pairs: number;
  readonly ties: number;
}

/** Orders of one question's pairs; those whose true scores differ by less than `minGap` are left out. */
export function tallyPairs({ truth, rated }: RatedQuestion, minGap = MIN_GAP): Tally {
  let [right, pairs, ties] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++)
    for (let j = i + 1; j < truth.length; j++) {
      const [a, b] = [rated[i], rated[j]];
      const gap = entryAt(truth, i, 'rank') - entryAt(truth, j, 'rank');
      if (a == null || b == null || Math.abs(gap) < minGap - 1e-9) continue;
      pairs++;
      if (a === b) ties++;
      right += a === b ? 0.5 : Number(a > b === gap > 0);
    }
  return { right, pairs, ties };
}
