/** Exact answers: what accuracy counts, by each answer type's own rule, beside the outcome reward of the same response. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactAnswer } from '../../../src/main/rewards/outcome/exact-answer.ts';
import { outcomeReward } from '../../../src/main/rewards/outcome/outcome-reward.ts';
import type { AnswerType } from '../../../src/shared/question.ts';

const well = (answer: string): string => `<think>Some reasoning.</think><answer>${answer}</answer>`;
const exact = (kind: AnswerType, answer: string, truth: string, question?: string) =>
  exactAnswer({ kind, response: well(answer), truth, ...(question !== undefined && { question }) });

describe('exact answer', () => {
  it('does not take swapped objects as right, whose outcome reward is 0.75 or so', () => {
    const [truth, swapped] = ['a red circle above a blue square', 'a blue square above a red circle'];
    const { reward } = outcomeReward({ kind: 'free_form', response: well(swapped), truth, preset: 'paper' });
    assert.ok(reward! > 0.7 && reward! < 0.8, `outcome ${reward}`);
    assert.equal(exact('free_form', swapped, truth), false);
    assert.equal(exact('free_form', truth, truth), true);
  });

  const cases: readonly [AnswerType, string, string, boolean][] = [
    ['numeric', '0.50', '1/2', true],
    ['numeric', '7', '8', false],
    ['numeric', '$41', '41', true],
    ['choice', '(b)', 'B', true],
    ['choice', 'A or B', 'B', false],
    ['ocr', 'hello world', 'hello world', true],
    ['ocr', ' hello \n world ', 'hello world', true],
    ['ocr', 'Hello world', 'hello world', false],
    ['ocr', 'helo world', 'hello world', false],
    ['ocr', 'world hello', 'hello world', false],
    ['ocr', '5', '$5', false],
    ['ocr', '出口はこちら', '出口はこちら', true],
    ['ocr', '出口はこちち', '出口はこちら', false],
    ['free_form', 'Red circle, left of the blue square.', 'a red circle left of a blue square', true],
    ['free_form', 'a red circle to the left of a blue square', 'a red circle left of a blue square', true],
    ['free_form', 'a red circle right of a blue square', 'a red circle left of a blue square', false],
    ['free_form', 'a red circle', 'a red circle left of a blue square', false],
    ['free_form', 'a red circle left of a blue square and a star', 'a red circle left of a blue square', false],
    ['free_form', 'it is not red', 'it is red', false],
    ['free_form', 'five', 'fives', false],
    ['free_form', 'minus 3.5 degrees', '3.5 degrees', false],
    ['free_form', '-3.5 degrees', '3.5 degrees', false],
    ['free_form', '3.50 degrees', '3.5 degrees', false],
    ['free_form', 'the', 'a', false],
    ['free_form', 'Красный круг', 'красный круг', true],
    ['free_form', '', 'red', false],
  ];
  for (const [kind, answer, truth, right] of cases)
    it(`of type ${kind}: ${JSON.stringify(answer)} is ${right ? '' : 'not '}${JSON.stringify(truth)}`, () => {
      assert.equal(exact(kind, answer, truth), right);
    });

  it('finds the options of a choice in its question', () => {
    assert.equal(exact('choice', 'owl', 'B', 'Which bird?\nA. cat\nB. owl'), true);
    assert.equal(exact('choice', 'cat', 'B', 'Which bird?\nA. cat\nB. owl'), false);
  });

  it('is false without an answer in its place, and null where nothing is known to compare with', () => {
    assert.equal(exactAnswer({ kind: 'numeric', response: '5', truth: '5' }), false);
    assert.equal(exactAnswer({ kind: 'numeric', response: `${well('5')}<answer>6</answer>`, truth: '5' }), false);
    assert.equal(exactAnswer({ kind: 'numeric', response: well('5'), truth: ' ' }), null);
    assert.equal(exactAnswer({ kind: 'numeric', response: well('5'), truth: '<answer>5</answer>' }), true);
  });

  it('never counts an answer that preset paper gives less than full marks, but for what does not count in a text', () => {
    for (const [kind, answer, truth, right] of cases) {
      const { reward } = outcomeReward({ kind, response: well(answer), truth, preset: 'paper' });
      if (right && kind !== 'free_form') assert.equal(reward, 1, `${kind} ${answer}`);
    }
  });
});
