/** OCR questions: printed words, read letter by letter. Answers are text; words are made up, so none can be recalled. */
import { entryAt, firstOf, present, zip } from '../../../../../shared/values/list.ts';
import type { Random } from '../../../../../shared/values/random.ts';
import { WHOLE_WORDS } from '../../../language/vocabulary.ts';
import { ORDINALS, spell } from '../../../scene/readings.ts';
import { COLOURS, type PlacedShape, type PrintedWord, SHAPES, type Step } from '../../../scene/scene.ts';
import { type Draft, fillShapes, some, somePlaces, type Template } from './draft.ts';

export const OCR_TEMPLATES: readonly Template[] = [
  {
    name: 'word',
    weight: 1,
    draw: (random, hard) => {
      const text = makeWord(random, hard ? 4 : random.int(2, 4), hard);
      const word = { row: random.int(0, 3), column: random.int(0, 4 - text.length), text, down: false, mark: null };
      return reading('read the word .', [word], aroundWords(random, [word], hard ? 5 : 2), ['word'], [text]);
    },
  },
  {
    name: 'word-down',
    weight: 0.7,
    draw: (random, hard) => {
      const text = makeWord(random, hard ? 4 : random.int(2, 4), hard);
      const word = { row: random.int(0, 4 - text.length), column: random.int(0, 3), text, down: true, mark: null };
      return reading(
        'read the word from top to bottom .',
        [word],
        aroundWords(random, [word], hard ? 5 : 2),
        ['word'],
        [text],
      );
    },
  },
  {
    name: 'two-words',
    weight: 1,
    draw: (random, hard) => {
      const words = stackWords(random, 2, () => makeWord(random, hard ? 4 : random.int(2, 3), hard));
      const texts = words.map((word) => word.text);
      return reading(
        'read the two words .',
        words,
        aroundWords(random, words, hard ? 4 : 1),
        ['first word', 'second word'],
        texts,
      );
    },
  },
  {
    name: 'nth-word',
    weight: 1,
    draw: (random, hard) => {
      const words = stackWords(random, hard ? 4 : random.int(2, 3), () =>
        makeWord(random, hard ? 4 : random.int(2, 4), hard),
      );
      const at = random.int(0, words.length - 1);
      return reading(
        `read the ${ORDINALS[at]} word .`,
        words,
        [],
        [`${ORDINALS[at]} word`],
        [entryAt(words, at, 'word').text],
      );
    },
  },
  {
    name: 'word-beside',
    weight: 1,
    draw: (random, hard) => {
      const count = hard ? 3 : 2;
      const colours = some(random, COLOURS, count);
      const shapes = some(random, SHAPES, count);
      if (hard) [colours[1], shapes[2]] = [firstOf(colours, 'colour'), firstOf(shapes, 'shape')]; // colour or shape alone no longer decides
      const rows = some(random, [0, 1, 2, 3], count).sort();
      const words = rows.map((row, at) => {
        const text = makeWord(random, random.int(2, 3), false);
        return {
          row,
          column: 1,
          text,
          down: false,
          mark: { colour: entryAt(colours, at, 'colour'), shape: entryAt(shapes, at, 'shape') },
        };
      });
      const asked = hard ? firstOf(words, 'word') : random.pick(words);
      const key = `word beside the ${asked.mark.colour} ${asked.mark.shape}`;
      return reading(`read the ${key} .`, words, [], [key], [asked.text]);
    },
  },
];

function reading(
  text: string,
  words: readonly PrintedWord[],
  shapes: readonly PlacedShape[],
  keys: readonly string[],
  texts: readonly string[],
): Draft {
  const reads: Step[] = zip(keys, texts).map(([key, text]) => ({ kind: 'read', key, value: spell(text) }));
  const program: Step[] = [
    ...reads,
    { kind: 'conclude', of: reads.map((_, step) => ({ step })), join: 'spell', value: texts.join(' ') },
  ];
  return { text, answerType: 'ocr', picture: { kind: 'words', words, shapes }, program, options: null };
}

/** Words one below the other in different rows, each at a random column. */
function stackWords(random: Random, count: number, make: () => string): PrintedWord[] {
  const rows = some(random, [0, 1, 2, 3], count).sort();
  return rows.map((row) => {
    const text = make();
    return { row, column: random.int(0, 4 - text.length), text, down: false, mark: null };
  });
}

/** Up to `most` coloured shapes in cells that no word covers. */
function aroundWords(random: Random, words: readonly PrintedWord[], most: number): PlacedShape[] {
  const covered = new Set(
    words.flatMap((word) =>
      [...word.text].map((_, at) => `${word.row + (word.down ? at : 0)} ${word.column + (word.down ? 0 : at)}`),
    ),
  );
  const free = somePlaces(random, 16).filter((place) => !covered.has(`${place.row} ${place.column}`));
  return fillShapes(random, free.slice(0, random.int(0, most)), () => false);
}

const CONSONANTS = 'bcdfghjklmnpqrstvwyz'; // no x: it is printed as the times sign
const VOWELS = 'aeiou';

/** Letter patterns (c consonant, v vowel) by length: of train and test, and of the hard split, which never share one. */
const PATTERNS: Record<number, readonly string[]> = { 2: ['cv', 'vc'], 3: ['cvc', 'vcv'], 4: ['cvcv', 'cvvc', 'vcvc'] };
const HARD_PATTERNS: Record<number, readonly string[]> = { 4: ['ccvc', 'cvcc', 'vccv', 'cccc'] };

/** A made-up word that is no whole word of the vocabulary, so that its answer is written letter by letter. */
function makeWord(random: Random, length: number, hard: boolean): string {
  for (;;) {
    const pattern = random.pick(
      present((hard ? HARD_PATTERNS[length] : undefined) ?? PATTERNS[length], `pattern of ${length} letters`),
    );
    const word = [...pattern].map((kind) => random.pick([...(kind === 'c' ? CONSONANTS : VOWELS)])).join('');
    if (!WHOLE_WORDS.has(word)) return word;
  }
}
