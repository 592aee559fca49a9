/** Plausible wrong values, for demonstrations of flawed thinking: a misread number, letter, colour, thing, place; a wrong final answer. */

import type { AnswerType, Question } from '../../../shared/question.ts';
import { entryAt } from '../../../shared/values/list.ts';
import type { Random } from '../../../shared/values/random.ts';
import { article } from '../language/claims.ts';
import { recall, THING_NAMES } from '../scene/knowledge.ts';
import { readingsOf } from '../scene/readings.ts';
import { COLOURS, optionLetter, type Scene, SHAPES } from '../scene/scene.ts';

/** A value of the same sort as `value`, but different: "5" -> "6", "k o p" -> "k o q", "a cow" -> "a frog". */
export function wrongValue(value: string, scene: Scene, random: Random): string {
  if (/^\d+$/.test(value)) return wrongNumber(value, random);
  if (/\d/.test(value)) return wrongExpression(value, random);
  if (isSpelling(value)) return wrongLetters(value, random);
  if (value.startsWith('at the '))
    return otherThan(
      value,
      ['top left', 'top right', 'bottom left', 'bottom right'].map((place) => `at the ${place}`),
      random,
    );
  if ((COLOURS as readonly string[]).includes(value)) return otherThan(value, coloursIn(scene), random);
  const [, first, second] = value.split(' ');
  if (second !== undefined && first !== undefined) {
    if (random.chance(0.5)) return `${article(first)} ${first} ${otherThan(second, SHAPES, random)}`;
    const colour = otherThan(first, COLOURS, random);
    return `${article(colour)} ${colour} ${second}`;
  }
  const kind = recall(first ?? value, 'class');
  const thing = otherThan(
    first ?? value,
    THING_NAMES.filter((name) => kind === undefined || recall(name, 'class') === kind),
    random,
  );
  return `${article(thing)} ${thing}`;
}

/** A wrong final answer of the question's type, as a careless answerer would give. */
export function wrongAnswer(question: Question, scene: Scene, random: Random): string {
  return WRONG_ANSWERS[question.answerType](question.answer, scene, random);
}

const WRONG_ANSWERS = {
  numeric: (answer, _scene, random) => wrongNumber(answer, random),
  choice: (answer, { options }, random) =>
    otherThan(
      answer,
      (options ?? []).map((_, at) => optionLetter(at)),
      random,
    ),
  ocr: (answer, _scene, random) => {
    const words = answer.split(' ');
    const at = random.int(0, words.length - 1);
    return words
      .with(at, wrongLetters([...entryAt(words, at, 'word')].join(' '), random).replaceAll(' ', ''))
      .join(' ');
  },
  free_form: (answer, scene, random) => {
    const [first, second] = answer.split(/ above | left of /) as [string, string];
    const between = answer.includes(' above ') ? ' above ' : ' left of ';
    const value = random.chance(0.5)
      ? [wrongValue(first, scene, random), second]
      : [first, wrongValue(second, scene, random)];
    return value.join(between);
  },
} as const satisfies Record<AnswerType, (answer: string, scene: Scene, random: Random) => string>;

/** Another true reading of the picture of the same sort (another bar, another shape's place), or null where there is none. */
export function otherReading(
  key: string,
  value: string,
  scene: Scene,
  random: Random,
): { key: string; value: string } | null {
  const sort = sortOf(value);
  const length = key.split(' ').length;
  const others: { key: string; value: string }[] = [];
  for (const [other, values] of readingsOf(scene.picture)) {
    if (other === key || other.split(' ').length !== length) continue;
    for (const candidate of values) {
      if (candidate !== value && sortOf(candidate) === sort && candidate !== '0')
        others.push({ key: other, value: candidate });
    }
  }
  return others.length === 0 ? null : random.pick(others);
}

/** True for a word read letter by letter: "k o p". */
export function isSpelling(value: string): boolean {
  return /^[a-z]( [a-z])*$/.test(value);
}

function wrongNumber(value: string, random: Random): string {
  const number = Number(value);
  const by = random.chance(0.7) ? 1 : random.int(2, 3);
  return String(random.chance(0.5) && number - by >= 0 ? number - by : number + by);
}

function wrongExpression(value: string, random: Random): string {
  const words = value.split(' ');
  const numbers = words.map((word, at) => (/^\d+$/.test(word) ? at : -1)).filter((at) => at >= 0);
  const at = random.pick(numbers);
  return words.with(at, wrongNumber(entryAt(words, at, 'word'), random)).join(' ');
}

function wrongLetters(value: string, random: Random): string {
  const letters = value.split(' ');
  const at = random.int(0, letters.length - 1);
  const other = otherThan(entryAt(letters, at, 'letter'), [...'abcdefghijklmnopqrstuvwyz'], random);
  return letters.with(at, other).join(' ');
}

function otherThan<T extends string>(value: string, all: readonly T[], random: Random): T {
  const others = all.filter((entry) => entry !== value);
  return random.pick(others.length === 0 ? all : others);
}

function coloursIn(scene: Scene): readonly string[] {
  return scene.picture.kind === 'bars' ? scene.picture.bars.map((bar) => bar.colour) : COLOURS;
}

function sortOf(value: string): string {
  if (/^\d+$/.test(value)) return 'number';
  if (isSpelling(value)) return 'letters';
  if (value.startsWith('at the ')) return 'place';
  if ((COLOURS as readonly string[]).includes(value)) return 'colour';
  return value.split(' ').length === 3 ? 'shape' : 'thing';
}
