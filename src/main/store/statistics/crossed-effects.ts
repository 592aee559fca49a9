/**
 * 95 % interval of a difference between two arms that answered the same questions with the same seeds, seeds and questions crossed:
 *
 *   D[s][q] = mu + a_s + b_q + e_sq,   Var(mean) = MS_seed / SQ + max(MS_question - MS_rest, 0) / SQ
 *
 * with Satterthwaite's degrees of freedom. Runs differ from one another (a_s), a question may suit one arm whatever the run (b_q); an interval
 * that forgets either is too sure of itself. Questions that share a picture are one cluster. Where benchmarks are averaged, the seeds are
 * shared by all of them and the questions are not. Deliberately absent: resampling (paired-bootstrap.ts).
 */
/// <reference path="./jstat.d.ts" />
import jStat from 'jstat';
import { meanSimple, sumSimple } from 'simple-statistics';

/** One benchmark's paired differences [seeds][questions]; `clusters` names each question's cluster (default: each its own). */
export interface CrossedDifferences {
  readonly differences: readonly (readonly number[])[];
  readonly clusters?: readonly string[] | undefined;
}

/** Variances of what a difference is made of, on its own scale squared: between runs, between questions (clusters), and the rest. */
export interface VarianceComponents {
  readonly seed: number;
  readonly question: number;
  readonly rest: number;
}

/**
 * The mean difference with its interval, standard error, degrees of freedom and variance components. `p` is for families of differences: with
 * the seeds' degrees of freedom alone, since Satterthwaite's, which are estimated too, are too many in the tails that a correction for several
 * tests looks at (docs/statistics.md).
 */
export interface CrossedInterval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly se: number;
  readonly df: number;
  readonly p: number;
  readonly components: VarianceComponents;
}

/** The interval; null with fewer than two seeds, without questions, or where rows are not equally long. */
export function crossedInterval(benchmarks: readonly CrossedDifferences[], level = 0.95): CrossedInterval | null {
  const clustered = benchmarks.map(clusterMeans);
  const seeds = clustered[0]?.length ?? 0;
  const isWhole = clustered.every(
    (rows) => rows.length === seeds && rows.every((row) => row.length === rows[0]?.length),
  );
  if (seeds < 2 || !isWhole || clustered.some((rows) => (rows[0]?.length ?? 0) === 0)) return null;
  const perSeed = Array.from({ length: seeds }, (_, s) =>
    meanSimple(clustered.map((rows) => meanSimple(rows[s] ?? []))),
  );
  const squares = clustered.map(meanSquares);
  const share = 1 / clustered.length;
  // Few runs may agree to the last question by chance; their answers' noise is there all the same.
  const noise = sumSimple(squares.map((square) => (square.rest * share ** 2) / (square.seeds * square.questions)));
  const between = variance(perSeed);
  const ofSeeds = between > 0 ? between / seeds : noise;
  const ofQuestions = sumSimple(
    squares.map(
      (square) => (Math.max(square.question - square.rest, 0) * share ** 2) / (square.seeds * square.questions),
    ),
  );
  const questions = sumSimple(squares.map((square) => square.questions)); // clusters over all benchmarks
  const se = Math.sqrt(ofSeeds + ofQuestions);
  const df = degreesOfFreedom(ofSeeds, seeds - 1, ofQuestions, questions - 1);
  const difference = meanSimple(perSeed);
  const half = studentQuantile(0.5 + level / 2, df) * se;
  return {
    difference,
    low: difference - half,
    high: difference + half,
    se,
    df,
    p: studentP(difference, se, seeds - 1),
    components: {
      seed: Math.max(0, between - noise * seeds),
      question: meanSimple(squares.map((square) => Math.max(0, square.question - square.rest) / square.seeds)),
      rest: meanSimple(squares.map((square) => square.rest)),
    },
  };
}

/** Student's t by its cumulative share p, for any positive degrees of freedom. */
export function studentQuantile(p: number, df: number): number {
  return jStat.studentt.inv(p, df);
}

/** Two-sided p of a difference with its standard error by Student's t; of one that never varies, whether it is there at all. */
export function studentP(difference: number, se: number, df: number): number {
  if (se === 0) return difference === 0 ? 1 : 0;
  return 2 * jStat.studentt.cdf(-Math.abs(difference) / se, df);
}

/** How likely a difference of `ratio` standard errors is found (its interval excludes 0) with these degrees of freedom. */
export function powerOf(ratio: number, df: number, level = 0.95): number {
  const bound = studentQuantile(0.5 + level / 2, df);
  return 1 - jStat.noncentralt.cdf(bound, df, ratio) + jStat.noncentralt.cdf(-bound, df, ratio);
}

/** Standard error and degrees of freedom that so many seeds and questions would give, from the components of a study. */
export function expectedError(
  { seed, question, rest }: VarianceComponents,
  seeds: number,
  questions: number,
): { readonly se: number; readonly df: number } {
  const ofSeeds = seed / seeds + rest / (seeds * questions);
  const ofQuestions = question / questions;
  return {
    se: Math.sqrt(ofSeeds + ofQuestions),
    df: degreesOfFreedom(ofSeeds, seeds - 1, ofQuestions, questions - 1),
  };
}

/** The smallest difference that is found with `power`, on the scale of the components; null with fewer than two seeds. */
export function detectableDifference(
  components: VarianceComponents,
  seeds: number,
  questions: number,
  power = 0.8,
  level = 0.95,
): number | null {
  if (seeds < 2) return null;
  const { se, df } = expectedError(components, seeds, questions);
  return ratioFound(df, power, level) * se;
}

/**
 * The difference in standard errors that is found with `power`: powerOf's inverse by false position (Illinois), which asks the slow noncentral t
 * about eight times. It lies near the sum of the two quantiles.
 */
function ratioFound(df: number, power: number, level: number): number {
  const missing = (ratio: number) => powerOf(ratio, df, level) - power;
  let [low, high] = [0, studentQuantile(0.5 + level / 2, df) + studentQuantile(power, df) + 1];
  let [below, above] = [missing(low), missing(high)];
  for (; above < 0; above = missing(high)) high *= 2;
  for (let last = 0, i = 0; i < 60 && high - low > 1e-10 * high; i++) {
    const middle = (low * above - high * below) / (above - below);
    const found = missing(middle);
    if (Math.abs(found) < 1e-12) return middle;
    const side = found < 0 ? -1 : 1;
    if (found < 0) [low, below] = [middle, found];
    else [high, above] = [middle, found];
    if (side === last && side < 0) above /= 2;
    if (side === last && side > 0) below /= 2;
    last = side;
  }
  return high;
}

/** Seeds from which on a difference is found with `power` on so many questions; null where `most` do not suffice. */
export function seedsNeeded(
  components: VarianceComponents,
  difference: number,
  questions: number,
  power = 0.8,
  level = 0.95,
  most = 1000,
): number | null {
  const suffices = (seeds: number): boolean => {
    const { se, df } = expectedError(components, seeds, questions);
    return se === 0 || powerOf(Math.abs(difference) / se, df, level) >= power;
  };
  // More seeds never see less, so the first that suffice lie in a bracket that is halved.
  let [none, enough] = [1, 2];
  while (!suffices(enough)) {
    if (enough >= most) return null;
    [none, enough] = [enough, Math.min(most, 2 * enough)];
  }
  while (enough - none > 1) {
    const middle = Math.floor((none + enough) / 2);
    if (suffices(middle)) enough = middle;
    else none = middle;
  }
  return enough;
}

/** Satterthwaite: of a sum of two independent estimates of variance. */
function degreesOfFreedom(a: number, dfA: number, b: number, dfB: number): number {
  const total = a + b;
  if (total === 0) return dfA;
  return total ** 2 / (a ** 2 / dfA + (b > 0 && dfB > 0 ? b ** 2 / dfB : 0));
}

interface MeanSquares {
  readonly seeds: number;
  readonly questions: number;
  readonly question: number;
  readonly rest: number;
}

/** The two-way table's mean squares of questions and of the rest (statsmodels' anova_lm of d ~ C(seed) + C(question)). */
function meanSquares(rows: readonly (readonly number[])[]): MeanSquares {
  const seeds = rows.length;
  const questions = rows[0]?.length ?? 0;
  const bySeed = rows.map(meanSimple);
  const byQuestion = Array.from({ length: questions }, (_, q) => meanSimple(rows.map((row) => row[q] ?? 0)));
  const all = meanSimple(bySeed);
  let rest = 0;
  rows.forEach((row, s) => {
    row.forEach((value, q) => {
      rest += (value - (bySeed[s] ?? 0) - (byQuestion[q] ?? 0) + all) ** 2;
    });
  });
  return {
    seeds,
    questions,
    question: questions < 2 ? 0 : seeds * variance(byQuestion),
    rest: questions < 2 ? 0 : rest / ((seeds - 1) * (questions - 1)),
  };
}

/** Means of each cluster's questions, weighing clusters alike. */
function clusterMeans({ differences, clusters }: CrossedDifferences): readonly (readonly number[])[] {
  if (clusters === undefined) return differences;
  const members = Map.groupBy(clusters.keys(), (q) => clusters[q] ?? '');
  return differences.map((row) => [...members.values()].map((group) => meanSimple(group.map((q) => row[q] ?? 0))));
}

/** Sample variance, ddof 1. */
function variance(values: readonly number[]): number {
  const middle = meanSimple(values);
  return sumSimple(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
}
