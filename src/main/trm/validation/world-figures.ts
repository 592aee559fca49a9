/**
 * What the TRM of a world tells apart, on questions that no recipe drew: for each pair of ways of thinking, how often the first one of the same
 * question scores higher (area under the curve over all pairs of thinkings, ties one half).
 */

import { meanOf } from '../../../shared/values/means.ts';
import { hash32, Random } from '../../../shared/values/random.ts';
import type { ThinkingRewarder } from '../../rewards/thinking/source.ts';
import { sumQuestion } from '../../tasks/worlds/sums/generate.ts';
import { type RatedStyle, type RatedWorld, thinkingIn } from '../recipes/world-trm-data.ts';

/** Figures of a world's TRM. */
export interface WorldTrmFigures {
  readonly questions: number;
  readonly means: Readonly<Partial<Record<RatedStyle, number>>>; // mean score
  readonly areas: readonly { readonly better: RatedStyle; readonly worse: RatedStyle; readonly area: number }[];
  readonly unscored: number;
}

const FIRST = 6_000_000;

/** What each world's TRM is to tell apart, the better first. */
const PAIRS: Readonly<Record<RatedWorld, readonly (readonly [RatedStyle, RatedStyle])[]>> = {
  shortcut: [
    ['sound', 'cue'],
    ['sound', 'misread'],
    ['sound', 'guess'],
  ],
  flattery: [
    ['flattery', 'sound'],
    ['sound', 'guess'],
    ['sound', 'misread'],
  ],
};

/** Measures a rewarder on `count` questions of a world. */
export async function worldTrmFigures(
  rater: ThinkingRewarder,
  world: RatedWorld,
  count = 200,
): Promise<WorldTrmFigures> {
  const styles = [...new Set(PAIRS[world].flat())];
  const cue = world === 'shortcut' ? 'cue-wrong' : null;
  const scores = new Map<RatedStyle, number[]>();
  let unscored = 0;
  for (const style of styles) {
    const requests = Array.from({ length: count }, (_, i) => {
      const question = sumQuestion(world, 'test', FIRST + i, 0, { cue, isNoisy: false });
      const { thinking, text } = thinkingIn(world, question, style, new Random(0, hash32(`${style}/${i}`)));
      return { question, thinking, response: text };
    });
    const answers = await rater.score(requests);
    const known = answers.flatMap(({ score }) => (score === null ? [] : [score]));
    unscored += answers.length - known.length;
    scores.set(style, known);
  }
  const of = (style: RatedStyle) => scores.get(style) ?? [];
  return {
    questions: count,
    means: Object.fromEntries(styles.map((style) => [style, meanOf(of(style)) ?? 0])),
    areas: PAIRS[world].map(([better, worse]) => ({ better, worse, area: areaUnderCurve(of(better), of(worse)) })),
    unscored,
  };
}

/** The share of pairs (one of each list) in which the first is larger, ties one half; 0.5 where a list is empty. */
export function areaUnderCurve(larger: readonly number[], smaller: readonly number[]): number {
  const pairs = larger.length * smaller.length;
  let won = 0;
  for (const a of larger) for (const b of smaller) won += a > b ? 1 : a === b ? 0.5 : 0;
  return pairs === 0 ? 0.5 : won / pairs;
}
