/**
 * The mixtures of good and bad ways of answering that the base model is fine-tuned on (design.md section 4), by the habit of the demonstrator.
 * In the last stage of the recipe demonstrators are hasty at some kinds of question: which templates is drawn by their name, so nobody chose. There
 * a greedy answer of the base is a hunch although it can read, which is a choice that reinforcement can mend (what it cannot see, it cannot).
 */
import type { Question } from '../../../shared/question.ts';
import { hash32, type Random } from '../../../shared/values/random.ts';
import { STYLES, type Style } from './response.ts';

/** Relative frequencies of styles. Careful: 45 % sound, 30 % lazy, 25 % wrong operation or dropped step. */
const MIXTURES = {
  careful: {
    sound: 0.45,
    guess: 0.28,
    'wrong-operation': 0.1,
    'dropped-step': 0.12,
    'right-by-wrong': 0.03,
    redundant: 0.02,
  },
  hasty: { sound: 0.25, hunch: 0.55, 'wrong-operation': 0.07, 'dropped-step': 0.1, 'right-by-wrong': 0.03 },
} as const satisfies Record<string, Readonly<Partial<Record<Style, number>>>>;
export type Habit = keyof typeof MIXTURES;

/** Share of templates that are answered hastily in the last stage. */
const HASTY_SHARE = 0.4;

/** How a question's template is answered in the last stage: "chart/bar-sum" is always the one or always the other. */
export function habitOf({ category, template }: Question): Habit {
  return hash32(`habit/${category}/${template}`) / 2 ** 32 < HASTY_SHARE ? 'hasty' : 'careful';
}

/** Draws a style from a habit's mixture. */
export function mixedStyle(random: Random, habit: Habit = 'careful'): Style {
  const mixture: Readonly<Partial<Record<Style, number>>> = MIXTURES[habit];
  return random.weighted(STYLES.map((style) => [style, mixture[style] ?? 0] as const));
}
