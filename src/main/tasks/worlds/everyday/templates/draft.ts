/**
 * What a template hands to the generator, and the few choices that many templates share: places on the grid, multiple choice
 * options, colour-shape pairs that only the hard split asks about.
 */

import type { AnswerType } from '../../../../../shared/question.ts';
import { entryAt, firstOf } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import type { Colour, Picture, Place, PlacedShape, Shape, Step } from '../../../scene/scene.ts';
import { COLOURS, GRID, optionLetter, SHAPES } from '../../../scene/scene.ts';

/** A question before it has an id and a look. Steps carry the values they yield. */
export interface Draft {
  readonly text: string; // without options
  readonly answerType: AnswerType;
  readonly picture: Picture;
  readonly program: readonly Step[];
  readonly options: readonly string[] | null;
}

/** A question template: name, and how to draw one question; `hard` asks for the out-of-distribution form. */
export interface Template {
  readonly name: string;
  readonly weight: number; // relative frequency within its category
  readonly draw: (random: Random, hard: boolean) => Draft;
}

/** `count` different places, any order. */
export function somePlaces(random: Random, count: number): Place[] {
  const all = Array.from({ length: GRID * GRID }, (_, at) => ({ row: Math.floor(at / GRID), column: at % GRID }));
  return random.shuffle(all).slice(0, count);
}

/** One place. */
export function somePlace(random: Random): Place {
  return firstOf(somePlaces(random, 1), 'place');
}

/** Two different entries of a list. */
export function two<T>(random: Random, items: readonly T[]): [T, T] {
  const drawn = some(random, items, 2);
  return [entryAt(drawn, 0, 'entry'), entryAt(drawn, 1, 'entry')];
}

/** Three different entries of a list. */
export function three<T>(random: Random, items: readonly T[]): [T, T, T] {
  const drawn = some(random, items, 3);
  return [entryAt(drawn, 0, 'entry'), entryAt(drawn, 1, 'entry'), entryAt(drawn, 2, 'entry')];
}

/** `count` different entries of a list. */
export function some<T>(random: Random, items: readonly T[], count: number): T[] {
  return random.shuffle(items).slice(0, count);
}

/** Options in random order: the truth among `count - 1` others. */
export function someOptions(random: Random, truth: string, others: readonly string[], count = 4): string[] {
  const wrong = some(
    random,
    [...new Set(others)].filter((other) => other !== truth),
    count - 1,
  );
  return random.shuffle([truth, ...wrong]);
}

/** Four numbers near the truth, the truth among them. */
export function numberOptions(random: Random, truth: number): string[] {
  const low = Math.max(0, truth - random.int(0, 3));
  return random.shuffle([0, 1, 2, 3].map((add) => String(low + add)));
}

/** The option's letter, then the conclusion: the last two steps of every multiple choice. `step` is where the value came from. */
export function choose(options: readonly string[], step: number, value: string): Step[] {
  const letter = optionLetter(options.indexOf(value));
  return [
    { kind: 'option', of: { step }, value: letter },
    { kind: 'conclude', of: [{ step: step + 1 }], join: 'same', value: letter },
  ];
}

/** Colour and shape pairs that train and test picture but never ask about: the hard split's unseen combinations. */
export const HELD_OUT_PAIRS: readonly (readonly [Colour, Shape])[] = [
  ['purple', 'star'],
  ['orange', 'triangle'],
  ['yellow', 'square'],
  ['green', 'circle'],
];

/** A pair to ask about: held out ones for most hard questions, any other for train and test. */
export function askedPair(random: Random, hard: boolean): { colour: Colour; shape: Shape } {
  if (hard && random.chance(0.7)) {
    const [colour, shape] = random.pick(HELD_OUT_PAIRS);
    return { colour, shape };
  }
  for (;;) {
    const pair = { colour: random.pick(COLOURS), shape: random.pick(SHAPES) };
    if (hard || !HELD_OUT_PAIRS.some(([colour, shape]) => colour === pair.colour && shape === pair.shape)) return pair;
  }
}

/** Random shapes for the given places, none of them matching `avoid`. */
export function fillShapes(
  random: Random,
  places: readonly Place[],
  avoid: (shape: { colour: Colour; shape: Shape }) => boolean,
): PlacedShape[] {
  return places.map((place) => {
    for (;;) {
      const drawn = { colour: random.pick(COLOURS), shape: random.pick(SHAPES) };
      if (!avoid(drawn)) return { ...place, ...drawn };
    }
  });
}
