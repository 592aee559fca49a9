/**
 * The tiny models' vocabulary: 512 tokens. Whole words of the controlled English, the numbers 0..99, every letter and digit both
 * as a word's start and as its continuation (so that any text of letters and digits can be written), punctuation, and the
 * added tokens of Qwen2.5-VL's chat format with the tags of an answer and the eleven scores. Deliberately absent: the
 * tokenizer's file format (tokenizer-files.ts).
 */

import { THING_CLASSES, THING_NAMES, valuesOf } from '../scene/knowledge.ts';
import { COLOURS, SHAPES } from '../scene/scene.ts';
import { GUESS_OPENINGS } from './claims.ts';

/** Size of the vocabulary; what is left over is filled with reserved tokens. */
export const VOCABULARY_SIZE = 512;

/** Special tokens, left out of decoded text; names as in Qwen2.5-VL. */
export const SPECIAL_TOKENS = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|image_pad|>',
  '<|video_pad|>',
] as const;

/** The scores a rating may be, as single tokens. */
export const SCORE_TOKENS = ['0.0', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9', '1.0'] as const;

/** Added tokens that stay in decoded text. */
export const PLAIN_ADDED_TOKENS = ['<think>', '</think>', '<answer>', '</answer>', ...SCORE_TOKENS] as const;

/** The token of what cannot be written. */
export const UNKNOWN_TOKEN = '[UNK]';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];
const PUNCTUATION = [...'.,?!:;\'"()[]<>/\\|+-*=%$#@&_'];

/** Whole words of questions, thinkings and ratings. */
const PLAIN_WORDS = `
  the is are there so answer to and or in of a an at for by than as it what which where how many much do does have
  plus minus times more less same higher sum value result missing number expression perimeter area
  option shown kind thing all two left right top bottom above below beside from read describe picture
  bar line tallest shortest highest lowest point slice side rectangle triangle shape colour word words letters
  first second third fourth has legs lives live eats eat go goes on with no not wait wrong then yes
  user assistant system rate thinking reasoning question score good bad you think step steps correct image
`;

const WORDS = [
  ...PLAIN_WORDS.trim().split(/\s+/),
  ...GUESS_OPENINGS.flatMap((opening) => opening.split(' ')),
  ...COLOURS,
  ...SHAPES.flatMap((shape) => [shape, `${shape}s`]),
  ...['shapes', 'slices', 'bars'],
  ...THING_CLASSES.flatMap((name) => [name, `${name}s`]),
  ...THING_NAMES,
  ...(['home', 'food', 'use', 'way'] as const).flatMap((relation) => valuesOf(relation)),
];

/** Every token that the WordPiece model itself holds, in the order of the ids. */
export const WORD_PIECES: readonly string[] = [
  ...new Set([
    UNKNOWN_TOKEN,
    ...PUNCTUATION,
    ...Array.from({ length: 100 }, (_, number) => String(number)),
    ...LETTERS,
    ...LETTERS.map((letter) => letter.toUpperCase()),
    ...LETTERS.map((letter) => `##${letter}`),
    ...DIGITS.map((digit) => `##${digit}`),
    ...WORDS,
  ]),
];

/** Words of two letters or more that are one token; printed words avoid them, so that reading them is spelling. */
export const WHOLE_WORDS: ReadonlySet<string> = new Set(WORDS.filter((word) => word.length >= 2));
