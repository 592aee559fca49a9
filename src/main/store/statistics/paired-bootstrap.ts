/**
 * 95 % interval of a difference between two arms that answered the same questions with the same seeds.
 *
 * Given D[s][q], the difference at seed s and question q, both are drawn anew with replacement, seeds and, within each benchmark,
 * questions; a question drawn is drawn for all seeds, because the seeds share the questions (Owen 2007, "The pigeonhole bootstrap").
 * Drawing questions for each seed alone would be too sure of itself when a question is easier for one arm whatever the seed: in
 * simulation its 95 % interval held the truth in 67-95 % of cases, this one's in 93-99 % (test/store/statistics).
 * Deliberately absent: anything that looks at the clock or at Math.random. Equal input and seed give equal output.
 */
import { meanSimple, quantileSorted } from 'simple-statistics';
import { hash32, philox } from '../../../shared/values/random.ts';

/** One benchmark's paired differences: [seeds][questions], every row equally long. `name` keys its draws. */
export interface PairedDifferences {
  readonly name: string;
  readonly differences: readonly (readonly number[])[];
}

/** How to draw. */
export interface BootstrapOptions {
  readonly repetitions?: number | undefined; // default 2000
  readonly level?: number | undefined; // default 0.95
  readonly seed?: number | undefined; // default 0
}

/** The mean difference over benchmarks, and its percentile interval. */
export interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** Repetitions unless told otherwise. */
export const REPETITIONS = 2000;

/** Interval of the difference averaged over seeds, questions and (each weighing the same) benchmarks; null without data. */
export function pairedInterval(
  benchmarks: readonly PairedDifferences[],
  options: BootstrapOptions = {},
): Interval | null {
  const { repetitions = REPETITIONS, level = 0.95, seed = 0 } = options;
  const seeds = benchmarks[0]?.differences.length ?? 0;
  if (
    seeds === 0 ||
    benchmarks.some((benchmark) => benchmark.differences.length !== seeds || benchmark.differences[0]!.length === 0)
  )
    return null;
  const difference = meanSimple(benchmarks.map((benchmark) => meanSimple(benchmark.differences.map(meanSimple))));
  const totals = new Float64Array(repetitions);
  const seedDraws = draws(seed, 'seeds', repetitions, seeds);
  for (const { name, differences } of benchmarks) {
    const questions = differences[0]!.length;
    const questionDraws = draws(seed, name, repetitions, questions);
    const flat = Float64Array.from(differences.flat());
    const weights = new Float64Array(seeds);
    for (let r = 0; r < repetitions; r++) {
      weights.fill(0);
      for (let s = 0; s < seeds; s++) weights[seedDraws[r * seeds + s]!]! += 1;
      let total = 0;
      for (let s = 0; s < seeds; s++) {
        const weight = weights[s]!;
        if (weight === 0) continue;
        let sum = 0;
        const row = s * questions;
        for (let i = r * questions; i < (r + 1) * questions; i++) sum += flat[row + questionDraws[i]!]!;
        total += weight * sum;
      }
      totals[r]! += total / (seeds * questions * benchmarks.length);
    }
  }
  const sorted = [...totals].sort((a, b) => a - b);
  return { difference, low: quantileSorted(sorted, (1 - level) / 2), high: quantileSorted(sorted, (1 + level) / 2) };
}

/** Draws are kept: every arm of a table is compared under the same ones. */
const cache = new Map<string, Uint32Array>();
const CACHED = 32;

/** `repetitions` rows of `count` indices below `count`, from the stream of (seed, name). */
function draws(seed: number, name: string, repetitions: number, count: number): Uint32Array {
  const key = `${seed}/${name}/${repetitions}/${count}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const out = new Uint32Array(repetitions * count);
  const stream = hash32(`bootstrap/${name}`);
  for (let i = 0; i < out.length; i += 4) {
    const block = philox([i >>> 2, count, 0, 1], [seed >>> 0, stream]);
    for (let j = 0; j < 4 && i + j < out.length; j++) out[i + j] = Math.floor((block[j]! / 4294967296) * count);
  }
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value!);
  cache.set(key, out);
  return out;
}
