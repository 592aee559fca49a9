/**
 * A weighted difference between arms that answered the same questions with the same seeds: arm - baseline (weights 1, -1), or an
 * interaction (1, -1, -1, 1). Paired by seed and question: D[s][q] = sum over arms of weight x score.
 */
import { meanSimple } from 'simple-statistics';
import type { IntervalRule } from '../../../shared/kinds/interval-rule.ts';
import { type CrossedInterval, crossedInterval, type VarianceComponents } from '../statistics/crossed-effects.ts';
import { type PairedDifferences, pairedInterval } from '../statistics/paired-bootstrap.ts';
import { signFlipP } from '../statistics/sign-flip.ts';
import type { SeedScores } from './study-scores.ts';

/** One side of the difference. */
export interface WeightedArm {
  readonly seeds: readonly SeedScores[];
  readonly weight: number;
}

/** Seeds from which on sign flips can say anything: with fewer their p is above 0.05 whatever the differences. */
const SIGN_FLIPS_FROM = 6;

/**
 * The mean difference with its 95 % interval, over `n` seeds that every variant has finished, and the difference at each of them (`perSeed`).
 * `p` is by sign flips over seeds, null for fewer than six; `pInterval` belongs to the interval (null under the bootstrap). With one seed the
 * interval is over questions alone, by the bootstrap.
 */
export interface Contrast {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly se: number | null; // standard error; null under the bootstrap
  readonly n: number;
  readonly questions: number;
  readonly p: number | null;
  readonly pInterval: number | null;
  readonly perSeed: readonly { readonly seed: number; readonly difference: number }[];
  readonly components: VarianceComponents | null; // null under the bootstrap
}

/** How a contrast is computed. */
export interface ContrastOptions {
  readonly interval?: IntervalRule | undefined; // default: crossed
  readonly repetitions?: number | undefined; // of the bootstrap
}

/** What each rule estimates before the bootstrap is asked. */
const ESTIMATES = {
  crossed: crossedInterval,
  bootstrap: () => null,
} as const satisfies Record<IntervalRule, (benchmarks: readonly PairedDifferences[]) => CrossedInterval | null>;

/** The contrast averaged over benchmarks; null where nothing can be paired. */
export function contrast(
  arms: readonly WeightedArm[],
  benchmarks: readonly string[],
  options: ContrastOptions = {},
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
  const whole = paired.filter((benchmark) => benchmark !== null);
  if (whole.length < paired.length || rows.length === 0) return null;
  const differences = rows.map((_, s) =>
    meanSimple(whole.map((benchmark) => meanSimple(benchmark.differences[s] ?? []))),
  );
  const shared = {
    n: rows.length,
    questions: whole.reduce((sum, benchmark) => sum + (benchmark.differences[0]?.length ?? 0), 0),
    p: rows.length < SIGN_FLIPS_FROM ? null : signFlipP(differences),
    perSeed: rows.map((seeds, s) => ({ seed: seeds[0]?.seed ?? 0, difference: differences[s] ?? 0 })),
  };
  const crossed = ESTIMATES[options.interval ?? 'crossed'](whole);
  if (crossed !== null) {
    const { difference, low, high, se, p: pInterval, components } = crossed;
    return { ...shared, difference, low, high, se, pInterval, components };
  }
  const drawn = pairedInterval(whole, { repetitions: options.repetitions });
  return drawn === null ? null : { ...shared, ...drawn, se: null, pInterval: null, components: null };
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
