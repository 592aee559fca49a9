import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeResponse } from '../../../src/main/tasks/demonstrations/response.ts';
import { WORD_PIECES } from '../../../src/main/tasks/language/vocabulary.ts';
import { rateThinking, stepLabels } from '../../../src/main/tasks/rubric/rate.ts';
import type { Scene } from '../../../src/main/tasks/scene/scene.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import type { Question } from '../../../src/shared/question.ts';
import { DIMENSIONS } from '../../../src/shared/trm/annotations.ts';
import { Random } from '../../../src/shared/values/random.ts';

/** "what is the sum of the red bar and the blue bar ?" over red 5, blue 3, green 7. */
const scene: Scene = {
  picture: {
    kind: 'bars',
    bars: [
      { column: 0, colour: 'red', value: 5, name: 'a' },
      { column: 1, colour: 'blue', value: 3, name: 'b' },
      { column: 2, colour: 'green', value: 7, name: 'c' },
    ],
  },
  look: { tint: 0, grid: false, seed: 1 },
  program: [
    { kind: 'read', key: 'red bar', value: '5' },
    { kind: 'read', key: 'blue bar', value: '3' },
    { kind: 'compute', operation: 'plus', a: { step: 0 }, b: { step: 1 }, value: '8' },
    { kind: 'conclude', of: [{ step: 2 }], join: 'same', value: '8' },
  ],
  options: null,
};
const question: Question = { ...generateQuestion('train', 0, 0, 'chart'), scene, answer: '8', template: 'bar-sum' };

/** Scores of thinkings about the red 5 and the blue 3, and the labels of their sentences. */
const CASES: readonly [name: string, thinking: string, low: number, high: number, labels: string][] = [
  ['sound', 'the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .', 1, 1, 'rrrr'],
  ['sound by names and in other order', 'bar b is 3 . the bar a is 5 .', 0, 0.6, 'ur'],
  [
    'other order of the sum',
    'the blue bar is 3 . the red bar is 5 . 3 plus 5 is 8 . so the answer is 8 .',
    1,
    1,
    'rrrr',
  ],
  [
    'misread and carried on',
    'the red bar is 6 . the blue bar is 3 . 6 plus 3 is 9 . so the answer is 9 .',
    0.4,
    0.6,
    'wrrr',
  ],
  [
    'misread, then the right sum of other numbers',
    'the red bar is 6 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .',
    0.1,
    0.5,
    'wrww',
  ],
  [
    'errors that cancel',
    'the red bar is 4 . the blue bar is 4 . 4 plus 4 is 8 . so the answer is 8 .',
    0.3,
    0.6,
    'wwrr',
  ],
  [
    'corrected',
    'the red bar is 6 . no , the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .',
    0.9,
    1,
    'wrrrr',
  ],
  ['wrong operation', 'the red bar is 5 . the blue bar is 3 . 5 minus 3 is 2 . so the answer is 2 .', 0.3, 0.6, 'rrww'],
  ['wrong arithmetic', 'the red bar is 5 . the blue bar is 3 . 5 plus 3 is 9 . so the answer is 9 .', 0.4, 0.6, 'rrwr'],
  ['dropped reading', 'the red bar is 5 . 5 plus 3 is 8 . so the answer is 8 .', 0.4, 0.6, 'rrr'],
  ['dropped sum', 'the red bar is 5 . the blue bar is 3 . so the answer is 8 .', 0.4, 0.6, 'rrw'],
  [
    'conclusion that does not follow',
    'the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 4 .',
    0.3,
    0.6,
    'rrrw',
  ],
  ['lazy guess', 'i guess 8 . so the answer is 8 .', 0.1, 0.3, 'ww'],
  ['conclusion alone', 'so the answer is 8 .', 0.1, 0.3, 'w'],
  ['beside the point', 'the green bar is 7 . so the answer is 7 .', 0, 0.3, 'dw'],
  [
    'redundant',
    'the red bar is 5 . the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .',
    0.8,
    0.9,
    'rdrrr',
  ],
  ['no such bar', 'the purple bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .', 0.1, 0.6, 'wrrr'],
  ['empty', '', 0, 0, ''],
  ['gibberish', 'the the plus 4 cow . is is', 0, 0.1, 'uu'],
];

for (const [name, thinking, low, high, labels] of CASES) {
  test(`rates a thinking: ${name}`, () => {
    const rating = rateThinking(question, thinking);
    assert.ok(rating.score >= low && rating.score <= high, `${rating.score} ${JSON.stringify(rating.dimensions)}`);
    const letters = { right: 'r', wrong: 'w', unparsed: 'u', redundant: 'd' };
    assert.equal(rating.steps.map((step) => letters[step.label]).join(''), labels);
    assert.deepEqual(
      stepLabels(question, thinking).map(({ text, label }) => ({ text, label })),
      rating.steps,
    );
    for (const dimension of DIMENSIONS) {
      const { score, reason } = rating.dimensions[dimension];
      assert.ok(score >= 0 && score <= 1 && reason.length > 0, dimension);
    }
  });
}

test('the final answer is never looked at', () => {
  const thinking = 'the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .';
  assert.deepEqual(
    rateThinking(question, `<think> ${thinking} </think> <answer> 99 </answer>`),
    rateThinking(question, thinking),
  );
  assert.deepEqual(rateThinking({ ...question, answer: '99' }, thinking), rateThinking(question, thinking));
});

test('sound thinking scores 1 on every template, and flawed thinking less than 0.7', () => {
  const random = new Random(5, 'rubric');
  for (const split of ['train', 'test', 'hard'] as const) {
    for (let index = 0; index < 400; index++) {
      const asked = generateQuestion(split, index);
      assert.equal(rateThinking(asked, writeResponse(asked, 'sound', random).thinking).score, 1, asked.id);
      for (const style of ['guess', 'misread', 'wrong-operation', 'dropped-step', 'right-by-wrong'] as const) {
        const { thinking } = writeResponse(asked, style, random);
        assert.ok(rateThinking(asked, thinking).score < 0.7, `${asked.id} ${style}: ${thinking}`);
      }
    }
  }
});

test('leaving a dimension out takes its weight away', () => {
  const redundant = 'the red bar is 5 . the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .';
  assert.ok(rateThinking(question, redundant).score < 1);
  assert.equal(rateThinking(question, redundant, { leaveOut: ['redundancy'] }).score, 1);
  assert.equal(rateThinking(question, redundant, { leaveOut: DIMENSIONS }).score, 0);
});

test('noise is keyed by seed, question and thinking; bias is added; scores stay tenths', () => {
  const thinking = 'the red bar is 6 . the blue bar is 3 . 6 plus 3 is 9 . so the answer is 9 .';
  const noisy = (seed: number): number => rateThinking(question, thinking, { noise: 0.2, seed }).score;
  assert.equal(noisy(1), noisy(1));
  const scores = Array.from({ length: 200 }, (_, seed) => noisy(seed));
  assert.ok(new Set(scores).size > 4);
  for (const score of scores)
    assert.ok(Number.isInteger(Math.round(score * 1e9) / 1e8) && score >= 0 && score <= 1, String(score));
  assert.ok(rateThinking(question, thinking, { bias: 0.3 }).score > rateThinking(question, thinking).score);
});

test('any text that a sampled policy may write is rated', () => {
  const random = new Random(6, 'noise');
  const pieces = WORD_PIECES.map((piece) => piece.replace('##', ''));
  for (let time = 0; time < 1500; time++) {
    const asked = generateQuestion('train', time);
    const text = Array.from({ length: random.int(0, 60) }, () => (random.chance(0.2) ? '.' : random.pick(pieces))).join(
      ' ',
    );
    const { score } = rateThinking(asked, text);
    assert.ok(score >= 0 && score <= 0.3, text);
  }
  for (const text of [
    '<script>alert(1)</script>',
    '\u0000',
    '. . . .',
    'so the answer is .',
    '9'.repeat(5000),
    'the a is b . '.repeat(2000),
  ]) {
    assert.ok(rateThinking(question, text).score <= 0.3);
  }
});

test('a question without a scene is refused in one line', () => {
  assert.throws(() => rateThinking({ ...question, scene: null }, ''), /cannot rate question/);
});
