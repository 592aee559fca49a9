import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactAnswer } from '../../../src/main/rewards/outcome/exact-answer.ts';
import { outcomeReward } from '../../../src/main/rewards/outcome/outcome-reward.ts';
import type { RewardPreset } from '../../../src/shared/kinds/trust.ts';
import type { AnswerType } from '../../../src/shared/question.ts';

const well = (answer: string): string => `<think>Some reasoning.</think><answer>${answer}</answer>`;
const score = (kind: AnswerType, preset: RewardPreset, response: string, truth: string): number | null =>
  outcomeReward({ kind, response, truth, preset }).reward;

describe('form of a response', () => {
  const forms: readonly [string, number, number][] = [
    // response, official-code, paper
    ['<think>a</think><answer>5</answer>', 1, 1],
    ['<think>a</think>\n\n<answer> 5 </answer>\n', 1, 1],
    ['<think>a</think><answer>5</answer> Done.', 1, 1],
    [' <think>a</think><answer>5</answer>', 0, 1],
    ['Sure. <think>a</think><answer>5</answer>', 0, 0],
    ['<think>a</think>5', 0, 0],
    ['<think>a<answer>5</answer>', 0, 0],
    ['<answer>5</answer>', 0, 0],
    ['<answer>5</answer><think>a</think>', 0, 0],
    ['<think>a</think><answer>5', 0, 0],
    ['<think>a</think><answer>5</answer><answer>0</answer>', 1, 0],
    ['<think><answer>5</answer></think><answer>0</answer>', 1, 0],
    ['<think><answer>0</answer></think><answer>5</answer>', 0, 1],
    ['<think>a<think>b</think></think><answer>5</answer>', 1, 1],
    ['', 0, 0],
  ];
  for (const [response, official, paper] of forms) {
    it(`scores ${JSON.stringify(response)} ${official} as official-code and ${paper} as paper`, () => {
      assert.equal(score('numeric', 'official-code', response, '5'), official);
      assert.equal(score('numeric', 'paper', response, '5'), paper);
    });
  }

  it('explains each 0 and tells a broken form from a wrong answer', () => {
    const broken = outcomeReward({ kind: 'numeric', response: 'five', truth: '5', preset: 'paper' });
    assert.deepEqual(broken, {
      reward: 0,
      formatValid: false,
      extracted: null,
      reason: 'does not start with <think>',
    });
    const wrong = outcomeReward({ kind: 'numeric', response: well('6'), truth: '5', preset: 'paper' });
    assert.deepEqual(wrong, { reward: 0, formatValid: true, extracted: '6', reason: '"6" is not the value "5"' });
    const right = outcomeReward({ kind: 'numeric', response: well('5'), truth: '5', preset: 'paper' });
    assert.deepEqual(right, { reward: 1, formatValid: true, extracted: '5', reason: '' });
  });

  it('gives no reward for a question without an answer in preset paper', () => {
    assert.equal(score('ocr', 'paper', well('a'), ' '), null);
  });

  it('unwraps a truth given inside answer tags', () => {
    assert.equal(score('numeric', 'official-code', well('5'), '<answer>5</answer>'), 1);
  });

  it('reads a long broken response in linear time', () => {
    const long = `<think>${'</think><answer>'.repeat(20_000)}`;
    assert.equal(score('numeric', 'official-code', long, '5'), 0);
  });
});

describe('multiple choice', () => {
  const cases: readonly [string, string, number, number][] = [
    // answer, truth, official-code, paper
    ['B', 'B', 1, 1],
    [' B ', 'B', 1, 1],
    ['(B)', 'B', 0, 1],
    ['B.', 'B', 0, 1],
    ['b', 'B', 0, 1],
    ['B. a red square', 'B', 0, 1],
    ['(b) a red square', 'B', 0, 1],
    ['Option B', 'B', 0, 1],
    ['\\text{B}', 'B', 0, 1],
    ['**B**', 'B', 0, 1],
    ['C', 'B', 0, 0],
    ['', 'B', 1, 0],
    ['A or B', 'B', 0, 0],
    ['A, B', 'B', 0, 0],
    ['B, A', 'AB', 1, 1],
    ['A and B', 'AB', 0, 1],
    ['AB', 'AB', 0, 1],
    ['A B', 'AB', 0, 1],
    ['A, A', 'AB', 1, 0],
    ['A,B,C', 'AB', 0, 0],
    ['red', 'red', 0, 1],
    ['Red', 'red', 0, 1],
    ['a red square', 'A', 0, 0],
  ];
  for (const [answer, truth, official, paper] of cases) {
    it(`scores ${JSON.stringify(answer)} for ${truth} ${official} as official-code and ${paper} as paper`, () => {
      assert.equal(score('choice', 'official-code', well(answer), truth), official);
      assert.equal(score('choice', 'paper', well(answer), truth), paper);
    });
  }
});

describe('printed text', () => {
  it('is exp(-WER) in both presets', () => {
    for (const preset of ['paper', 'official-code'] as const) {
      assert.equal(score('ocr', preset, well('a b c d'), 'a b c d'), 1);
      assert.equal(score('ocr', preset, well('a x c d'), 'a b c d'), Math.exp(-0.25));
      assert.equal(score('ocr', preset, well('w x y z v u'), 'a b'), Math.exp(-3));
    }
  });

  it('takes a line break for a space in preset paper, and for part of the word in official-code', () => {
    assert.equal(score('ocr', 'paper', well('a\nb'), 'a b'), 1);
    assert.equal(score('ocr', 'official-code', well('a\nb'), 'a b'), Math.exp(-1));
  });

  it('sees no difference that a reader cannot see in preset paper: how an accent is stored, signs without width', () => {
    assert.equal(score('ocr', 'paper', well('cafe\u0301'), 'caf\u00e9'), 1);
    assert.equal(score('ocr', 'paper', well('EXIT\u200b now'), 'EXIT now'), 1);
    assert.equal(score('ocr', 'official-code', well('cafe\u0301'), 'caf\u00e9'), Math.exp(-1));
  });

  it('is case-sensitive', () => {
    assert.equal(score('ocr', 'paper', well('EXIT'), 'exit'), Math.exp(-1));
  });
});

describe('free-form answers', () => {
  it('count words by their stems', () => {
    assert.equal(score('free_form', 'paper', well('the dogs jumped quickly over'), 'The dog jumps quickly, over!'), 1);
  });

  it('score a single shared word of two by its unigrams', () => {
    const reward = score('free_form', 'paper', well('red circle'), 'red square');
    assert.ok(Math.abs(reward! - (0.5 + 0 + 0.5) / 3) < 1e-12);
  });

  it('compare signs where a truth has no words, in preset paper', () => {
    assert.ok((score('free_form', 'paper', well('👍'), '👍') ?? 0) > 0.5);
    assert.equal(score('free_form', 'paper', well('+'), '-'), 0);
    assert.equal(exactAnswer({ kind: 'free_form', response: well('👍'), truth: '👍' }), true);
    assert.equal(exactAnswer({ kind: 'free_form', response: well('👎'), truth: '👍' }), false);
  });

  it('score nothing in common 0', () => {
    assert.equal(score('free_form', 'paper', well(''), 'red'), 0);
  });
});
