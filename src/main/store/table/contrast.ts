/**
 * A weighted difference between arms that answered the same questions with the same seeds: arm - baseline (weights 1, -1), or an
 * interaction (1, -1, -1, 1). Paired by seed and question: D[s][q] = sum over arms of weight x score.
 */
import { meanSimple } from 'simple-statistics';
import { type PairedDifferences, pairedInterval } from '../statistics/paired-bootstrap.ts';
import { signFlipP } from '../statistics/sign-flip.ts';
import type { SeedScores } from './study-scores.ts';

/** One side of the difference. */
export interface WeightedArm {
  readonly seeds: readonly SeedScores[];
  readonly weight: number;
}

/** The mean difference with its 95 % interval, over `n` seeds that every arm has finished; p by sign flips, null for fewer than two. */
export interface Contrast {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly p: number | null;
}

/** The contrast averaged over benchmarks; null where nothing can be paired. */
export function contrast(
  arms: readonly WeightedArm[],
  benchmarks: readonly string[],
  options: { readonly repetitions?: number | undefined } = {},
): Contrast | null {
  const [first, ...others] = arms;
  const rows = first!.seeds.flatMap((seedScores) => {
    const seeds = [seedScores, ...others.map((arm) => arm.seeds.find((other) => other.seed === seedScores.seed))];
    // A run under way has only its start to show: a difference to it would be one of training time.
    const isWhole = seeds.every((seed) => seed?.finished && meanScore(seed, benchmarks) !== null);
    return isWhole ? [seeds as SeedScores[]] : [];
  });
  const weights = arms.map((arm) => arm.weight);
  const paired = benchmarks.map((name) => pairQuestions(name, rows, weights));
  const interval = paired.includes(null)
    ? null
    : pairedInterval(paired as PairedDifferences[], { repetitions: options.repetitions });
  if (interval === null) return null;
  const perSeed = rows.map((_, s) => meanSimple(paired.map((benchmark) => meanSimple(benchmark!.differences[s]!))));
  return { ...interval, n: rows.length, p: signFlipP(perSeed) };
}

/** Mean of a seed's benchmarks, or null when one is missing. */
export function meanScore(seed: SeedScores, benchmarks: readonly string[]): number | null {
  let sum = 0;
  for (const name of benchmarks) {
    const result = seed.results.get(name);
    if (result === undefined || result.scores.size === 0) return null;
    sum += result.mean;
  }
  return sum / benchmarks.length;
}

/** Differences on the questions that all share; null when the lists are not the same benchmark or share none. */
function pairQuestions(
  name: string,
  rows: readonly (readonly SeedScores[])[],
  weights: readonly number[],
): PairedDifferences | null {
  const sides = rows.flat().map((seed) => seed.results.get(name)!);
  if (sides.length === 0 || new Set(sides.map((side) => side.hash)).size > 1) return null;
  const questions = [...sides[0]!.scores.keys()].filter((id) => sides.every((side) => side.scores.has(id)));
  if (questions.length === 0) return null;
  const difference = (seeds: readonly SeedScores[], id: string): number =>
    seeds.reduce((sum, seed, i) => sum + weights[i]! * seed.results.get(name)!.scores.get(id)!, 0);
  return { name, differences: rows.map((seeds) => questions.map((id) => difference(seeds, id))) };
}
