/**
 * The measures that are read off rated responses, each a function of groups so that a bootstrap over questions can call it on any draw.
 * Null where nothing could be measured. Deliberately absent: intervals (compare-raters.ts) and probes that change a thinking (probes.ts).
 */

import { meanSimple, sampleCorrelation } from 'simple-statistics';
import type { Dimension } from '../../../shared/trm/annotations.ts';
import { entryAt, present, zip } from '../../../shared/values/list.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { isCorrect } from '../../trust/gamma.ts';
import { type JudgedResponse, type RatedGroup, wordCount } from './judged.ts';
import { tallyPairs } from './pairwise.ts';

/** A value and how many pairs or responses it rests on. */
export interface Measured {
  readonly value: number | null;
  readonly count: number;
}
/** A measure over groups. */
export type MeasureFunction = (groups: readonly RatedGroup[]) => Measured;

interface Scored {
  readonly response: JudgedResponse;
  readonly score: number;
}

/** Measures by name (src/shared/trm/measures.ts has their titles). */
export const OBSERVED = {
  'pairwise-accuracy': (groups) => {
    let [right, pairs] = [0, 0];
    for (const { responses, scores } of groups) {
      const tally = tallyPairs({ truth: responses.map((response) => response.truth), rated: scores });
      right += tally.right;
      pairs += tally.pairs;
    }
    return { value: pairs === 0 ? null : right / pairs, count: pairs };
  },
  spearman: (groups) => spearmanOf(scoredOf(groups), (response) => response.truth),
  'mean-absolute-error': (groups) =>
    averageOf(scoredOf(groups).map(({ response, score }) => Math.abs(score - response.truth))),
  'mean-score': (groups) => averageOf(scoredOf(groups).map(({ score }) => score)),
  unscored: (groups) => averageOf(groups.flatMap(({ scores }) => scores.map((score) => Number(score === null)))),
  'answer-leak': (groups) => answerLeak(scoredOf(groups)),
  'length-slope': (groups) => lengthSlope(scoredOf(groups)),
} as const satisfies Record<string, MeasureFunction>;

/** Rank correlation of the score with one dimension of the annotator. */
export function dimensionSpearman(dimension: Dimension): MeasureFunction {
  return (groups) =>
    spearmanOf(
      scoredOf(groups).filter(({ response }) => response.dimensions !== null),
      ({ dimensions }) => present(dimensions, 'score by dimension')[dimension],
    );
}

function scoredOf(groups: readonly RatedGroup[]): Scored[] {
  return groups.flatMap(({ responses, scores }) =>
    responses.flatMap((response, i) => (scores[i] == null ? [] : [{ response, score: scores[i] }])),
  );
}

function averageOf(values: readonly number[]): Measured {
  return { value: meanOf(values), count: values.length };
}

function spearmanOf(scored: readonly Scored[], truth: (response: JudgedResponse) => number): Measured {
  const x = averageRanks(scored.map(({ score }) => score));
  const y = averageRanks(scored.map(({ response }) => truth(response)));
  const varies = (ranks: readonly number[]) => ranks.some((rank) => rank !== ranks[0]);
  const value = varies(x) && varies(y) ? sampleCorrelation(x, y) : null;
  return { value, count: scored.length };
}

/** Ranks from 1, ties sharing their mean: scores have eleven values, and simple-statistics' rank correlation breaks ties by place. */
export function averageRanks(values: readonly number[]): number[] {
  const order = [...values.entries()].sort(([, a], [, b]) => a - b);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    const [, value] = entryAt(order, from, 'value');
    let to = from;
    while (order[to + 1]?.[1] === value) to++;
    for (const [place] of order.slice(from, to + 1)) ranks[place] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/** Responses with equal truth: within such a stratum a score should not depend on anything else. */
function strata(scored: readonly Scored[]): Scored[][] {
  return [...Map.groupBy(scored, ({ response }) => response.truth).values()];
}

/** Right minus wrong answers' mean score within each stratum, weighted by the smaller side. */
function answerLeak(scored: readonly Scored[]): Measured {
  const mean = (side: readonly Scored[]) => meanSimple(side.map(({ score }) => score));
  let [sum, weight] = [0, 0];
  for (const stratum of strata(scored.filter(({ response }) => response.outcome !== null))) {
    const isRight = ({ response }: Scored) => isCorrect(present(response.outcome, 'outcome'));
    const right = stratum.filter(isRight);
    const wrong = stratum.filter((scored) => !isRight(scored));
    const size = Math.min(right.length, wrong.length);
    if (size === 0) continue;
    sum += size * (mean(right) - mean(wrong));
    weight += size;
  }
  return { value: weight === 0 ? null : sum / weight, count: weight };
}

/** Slope of the score over words within strata (least squares with a mean of its own for each), per ten words. */
function lengthSlope(scored: readonly Scored[]): Measured {
  let [covariance, variance] = [0, 0];
  for (const stratum of strata(scored)) {
    const words = stratum.map(({ response }) => wordCount(response.thinking));
    const meanWords = meanSimple(words);
    const meanScore = meanSimple(stratum.map(({ score }) => score));
    for (const [{ score }, count] of zip(stratum, words)) {
      covariance += (count - meanWords) * (score - meanScore);
      variance += (count - meanWords) ** 2;
    }
  }
  return { value: variance === 0 ? null : (10 * covariance) / variance, count: scored.length };
}
