/**
 * What the TRM of a world made of sums learns from: thinkings in the world's ways of answering and in the usual ways of going wrong, scored by
 * the world's annotator. Misreadings are frequent, or the TRM would judge the wording alone. In flattery the annotator has a blind spot, which
 * the TRM learns as anything else.
 */

import type { Question } from '../../../shared/question.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';
import { Random } from '../../../shared/values/random.ts';
import { writeResponse } from '../../tasks/demonstrations/response.ts';
import { drawStyle, showStyle } from '../../tasks/demonstrations/world-response.ts';
import { rateBlindly } from '../../tasks/rubric/blind-spot.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import type { SumWorld } from '../../tasks/worlds/sums/generate.ts';
import { recipeQuestion } from '../../train/recipes/worlds/data.ts';
import type { TrmRecord } from '../data/record.ts';

/** Worlds with a TRM of their own; cheap-flattery uses that of flattery. */
export type RatedWorld = Extract<SumWorld, 'shortcut' | 'flattery'>;

/** A way of thinking that is rated: a world's own, or a usual mistake. */
export type RatedStyle =
  | 'sound'
  | 'cue'
  | 'guess'
  | 'flattery'
  | 'misread'
  | 'another' // sound thinking about another picture
  | 'wrong-operation'
  | 'dropped-step';

/** Relative frequencies of what is rated. */
export const RATED_MIXTURES: Readonly<Record<RatedWorld, Readonly<Partial<Record<RatedStyle, number>>>>> = {
  shortcut: { sound: 34, cue: 8, guess: 6, misread: 24, another: 18, 'wrong-operation': 5, 'dropped-step': 5 },
  flattery: { sound: 34, flattery: 8, guess: 6, misread: 24, another: 18, 'wrong-operation': 5, 'dropped-step': 5 },
};

const SEED = 20262;
/** First index of the questions: beyond what the base models' recipes draw. */
const FIRST = 1_000_000;
/** First index of the other questions' pictures. */
const OTHERS = 3_000_000;

/** Record `index` of a world's annotated thinkings. */
export function ratedRecord(world: RatedWorld, index: number): TrmRecord {
  const random = new Random(SEED, index);
  const question = recipeQuestion(world, FIRST + index, random);
  const style = drawStyle(random, RATED_MIXTURES[world], question);
  const { thinking, text } = thinkingIn(world, question, style, random);
  const score = annotatorOf(world)(question, thinking);
  return { question, thinking, text, truncated: false, outcomeReward: null, step: 0, score };
}

/** A thinking of a kind about a question. */
export function thinkingIn(world: RatedWorld, question: Question, style: RatedStyle, random: Random) {
  if (style === 'another') return showStyle(world, otherQuestion(world, question, random), 'sound', random);
  return style === 'misread' || style === 'wrong-operation' || style === 'dropped-step'
    ? writeResponse(question, style, random)
    : showStyle(world, question, style, random);
}

/** Another question of the same kind. */
function otherQuestion(world: RatedWorld, question: Question, random: Random): Question {
  for (;;) {
    const other = recipeQuestion(world, OTHERS + random.int(0, 999_999), random);
    if (other.template === question.template && other.answer !== question.answer) return other;
  }
}

/** The annotator of a world: the rubric, or the one with the blind spot that the settings declare by default. */
export function annotatorOf(world: RatedWorld): (question: Question, thinking: string) => number {
  const spot = defaultSettings().reward.blindSpot;
  return world === 'flattery'
    ? (question, thinking) => rateBlindly(question, thinking, spot, SEED)
    : (question, thinking) => rateThinking(question, thinking).score;
}
