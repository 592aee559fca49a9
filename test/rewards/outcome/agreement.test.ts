/** Preset `paper` against the field's judges on test/agreement (scripts/agreement/agreement.ts prints the table). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { agreements } from '../../../scripts/agreement/agreement.ts';
import { choicePaper } from '../../../src/main/rewards/outcome/choice.ts';
import { equalAnswers } from '../../../src/main/rewards/outcome/math/equal-answers.ts';
import { outcomeReward } from '../../../src/main/rewards/outcome/outcome-reward.ts';
import { scriptWords, unspacedApart } from '../../../src/main/rewards/outcome/text/script-words.ts';
import type { AnswerType } from '../../../src/shared/question.ts';

interface Case {
  readonly truth: string;
  readonly answer: string;
  readonly expected: number;
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../agreement/cases.json'), 'utf8')) as {
  readonly numeric: readonly Case[];
  readonly 'numeric-kinds': readonly Case[];
  readonly choice: readonly Case[];
};
const show = (text: string) => JSON.stringify(text.slice(0, 60));

describe('numbers as people and models write them', () => {
  for (const { truth, answer, expected } of [...cases.numeric, ...cases['numeric-kinds']])
    it(`${expected ? 'takes' : 'refuses'} ${show(answer)} for ${show(truth)}`, () =>
      assert.equal(Number(equalAnswers(answer, truth)), expected));

  it('reads no answer that is too long, too deep or too large, and does not hang on it', () => {
    const hostile = [
      '('.repeat(5000),
      '2^'.repeat(500),
      '\\frac{'.repeat(300),
      '10^{10^{10}}',
      '100!!!!',
      '{'.repeat(60),
    ];
    for (const answer of [...hostile, `${'('.repeat(300)}5${')'.repeat(300)}x`, '-'.repeat(1900), '|'.repeat(400)])
      assert.equal(equalAnswers(answer, '5'), false, show(answer));
  });
});

describe('choices as people and models write them', () => {
  for (const { truth, answer, expected } of cases.choice)
    it(`${expected ? 'takes' : 'refuses'} ${show(answer)} for ${truth}`, () =>
      assert.equal(Number(choicePaper(answer, truth)), expected));

  const question = 'Which animal gives milk?\nA. a cat\nB. a cow\nC. a cowbird\nD. 3 cm';
  const byText: readonly [answer: string, truth: string, right: boolean][] = [
    ['a cow', 'B', true],
    ['It is a cow.', 'B', true],
    ['a cowbird', 'B', false],
    ['a cat or a cow', 'B', false],
    ['B', 'a cow', true],
    ['a cat', 'A', true],
    ['cow', 'B', true],
    ['The cow gives milk.', 'B', true],
    ['cow, not cat', 'B', true],
    ['A cow', 'A', false],
    ['A cowbird', 'B', false],
    ['The answer is A. Wait, no, it is a cow.', 'B', true],
  ];
  for (const [answer, truth, right] of byText)
    it(`${right ? 'takes' : 'refuses'} the option's text ${show(answer)} for ${truth}`, () =>
      assert.equal(choicePaper(answer, truth, question), right));
});

describe('scripts without spaces', () => {
  it('counts characters where a script has no spaces, words elsewhere', () => {
    assert.deepEqual(scriptWords('東京は 3 Tower'), ['東', '京', 'は', '3', 'Tower']);
    assert.deepEqual(scriptWords('नई किताब मेज़ पर है'), ['नई', 'किताब', 'मेज़', 'पर', 'है']);
    assert.deepEqual(unspacedApart(['東京', 'hello!']), ['東', '京', 'hello!']);
  });

  const reward = (kind: AnswerType, answer: string, truth: string) =>
    outcomeReward({ kind, response: `<think>t</think><answer>${answer}</answer>`, truth, preset: 'paper' }).reward;
  it('gives one wrong character of five an error of a fifth', () =>
    assert.equal(reward('ocr', '東京タワ一', '東京タワー'), Math.exp(-1 / 5)));
  it('gives equal free-form texts of any script the full reward', () =>
    assert.equal(reward('free_form', 'Москва столица', 'Москва столица'), 1));
});

describe('agreement', () => {
  const lines = agreements();
  it("agrees with two of three judges on at least 98 % of the inputs of Math-Verify's tests and of ours", () => {
    for (const { judge, cases: all, agreed } of lines.filter(({ judge }) => /two of three \(|the same/.test(judge)))
      assert.ok(agreed / all >= 0.98, `${judge}: ${agreed} of ${all}`);
  });
  it('equals jiwer and rouge_score where both are defined', () => {
    for (const { judge, differing } of lines.filter(({ type }) => type === 'ocr' || type === 'free_form'))
      assert.deepEqual(differing, [], judge);
  });
});
