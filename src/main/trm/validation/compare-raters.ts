/**
 * Raters side by side on the same responses: every measure with its 95 % interval, bootstrap over questions, and the difference of each rater to
 * the last one named (the untrained one, as a rule) with an interval of its own, because both are drawn the same questions; for the whole, for
 * every part and, where the annotator told dimensions, for each of them. And each rater's calibration curve. Plain numbers.
 */

import { quantileSorted } from 'simple-statistics';
import { DIMENSIONS } from '../../../shared/trm/annotations.ts';
import { BINS } from '../../../shared/trm/builds.ts';
import type { Measure } from '../../../shared/trm/measures.ts';
import { entryAt, lastOf, zip } from '../../../shared/values/list.ts';
import { Random } from '../../../shared/values/random.ts';
import { binOf } from '../data/sample-bins.ts';
import type { JudgedGroup, RatedGroup } from './judged.ts';
import { dimensionSpearman, type MeasureFunction, OBSERVED } from './measures.ts';

/** One figure; `versus` is '' or the rater it is the difference to. */
export interface Figure {
  readonly rater: string;
  readonly versus: string;
  readonly measure: Measure;
  readonly part: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}

/** Where a rater's scores lie in one interval: their mean, and the annotator's mean. */
export interface CalibrationPoint {
  readonly rater: string;
  readonly bin: number;
  readonly meanScore: number;
  readonly meanTruth: number;
  readonly count: number;
}

/** Scores by rater, group by group, in the responses' order. */
export type ScoresByRater = Readonly<Record<string, readonly (readonly (number | null)[])[]>>;

const RESAMPLES = 500;

/** Every figure of `measures`, by rater and part, with differences to the last rater. */
export function compareRaters(
  groups: readonly JudgedGroup[],
  scores: ScoresByRater,
  measures: readonly (keyof typeof OBSERVED)[],
  seed = 0,
): Figure[] {
  const parts = ['', ...[...new Set(groups.flatMap((group) => group.parts))].sort()];
  const whole = parts.flatMap((part) => {
    const chosen = groups.flatMap((group, i) => (part === '' || group.parts.includes(part) ? [i] : []));
    return measures.flatMap((measure) => figuresOf(groups, scores, chosen, measure, part, OBSERVED[measure], seed));
  });
  const hasDimensions = groups.some((group) => group.responses.some((response) => response.dimensions !== null));
  if (!hasDimensions || !measures.includes('spearman')) return whole;
  const all = groups.map((_, i) => i);
  const byDimension = DIMENSIONS.flatMap((name) =>
    figuresOf(groups, scores, all, 'spearman', `dimension:${name}`, dimensionSpearman(name), seed),
  );
  return [...whole, ...byDimension];
}

function figuresOf(
  groups: readonly JudgedGroup[],
  scores: ScoresByRater,
  chosen: readonly number[],
  measure: Measure,
  part: string,
  compute: MeasureFunction,
  seed: number,
): Figure[] {
  const raters = Object.entries(scores).map(([rater, all]) => {
    const rated = chosen.map((i): RatedGroup => ({ ...entryAt(groups, i, 'group'), scores: entryAt(all, i, 'group') }));
    return { rater, rated, ...compute(rated) };
  });
  const drawn = drawQuestions(chosen.length, seed, (places) =>
    raters.map(({ rated }) => compute(places.map((place) => entryAt(rated, place, 'group'))).value),
  );
  const last = raters.length - 1;
  const valuesOf = (i: number) => drawn.map((draw) => draw[i] ?? null);
  return raters.flatMap(({ rater, value, count }, i) => {
    const own = { rater, versus: '', measure, part, value, ...interval(valuesOf(i)), count };
    if (i === last) return [own];
    const base = lastOf(raters, 'rater');
    const gaps = zip(valuesOf(i), valuesOf(last)).map(([own, other]) => difference(own, other));
    const gap = { value: difference(value, base.value), ...interval(gaps), count };
    return [own, { rater, versus: base.rater, measure, part, ...gap }];
  });
}

/** What `compute` gives on RESAMPLES draws of questions with replacement, as places below `count`. */
export function drawQuestions<T>(count: number, seed: number, compute: (places: readonly number[]) => T): T[] {
  const random = new Random(seed, 'validation');
  return Array.from({ length: count === 0 ? 0 : RESAMPLES }, () =>
    compute(Array.from({ length: count }, () => random.int(0, count - 1))),
  );
}

/** The 95 % percentile interval of what could be computed; null where nothing could. */
export function interval(values: readonly (number | null)[]): { low: number | null; high: number | null } {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return { low: null, high: null };
  return { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Calibration curves: for each of ten intervals of a rater's score, the mean score and the annotator's mean there. */
export function calibrationOf(groups: readonly JudgedGroup[], scores: ScoresByRater): CalibrationPoint[] {
  return Object.entries(scores).flatMap(([rater, rated]) => {
    const bins = Array.from({ length: BINS }, () => ({ score: 0, truth: 0, count: 0 }));
    groups.forEach((group, g) => {
      group.responses.forEach(({ truth }, i) => {
        const score = rated[g]?.[i];
        if (score == null) return;
        const bin = entryAt(bins, binOf(score), 'interval');
        bin.score += score;
        bin.truth += truth;
        bin.count++;
      });
    });
    return bins.flatMap(({ score, truth, count }, bin) =>
      count === 0 ? [] : [{ rater, bin, meanScore: score / count, meanTruth: truth / count, count }],
    );
  });
}
