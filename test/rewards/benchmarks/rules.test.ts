/** The rules of published benchmarks, held to what VLMEvalKit's and MathVista's own code says (scripts/fixtures/benchmarks.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { inferChoice } from '../../../src/main/rewards/benchmarks/choice-in-text.ts';
import { combined, publishedFigures } from '../../../src/main/rewards/benchmarks/combine.ts';
import { finalAnswer, isRight } from '../../../src/main/rewards/benchmarks/rules.ts';
import { yesOrNo } from '../../../src/main/rewards/benchmarks/yes-or-no.ts';
import type { Grading } from '../../../src/shared/benchmarks/grading.ts';
import type { Question } from '../../../src/shared/question.ts';

const cases = JSON.parse(readFileSync(new URL('../../fixtures/benchmarks/cases.json', import.meta.url), 'utf8'));

test('the option that a response means is the one that VLMEvalKit infers', () => {
  for (const { choices, answer, option } of cases.choices) assert.equal(inferChoice(answer, choices), option, answer);
});

test("ChartQA's relaxed accuracy", () => {
  for (const { answer, truth, right } of cases.relaxed)
    assert.equal(isRight(answer, truth, { benchmark: 'chartqa' }), right, `${answer} for ${truth}`);
});

test("MME's yes and no", () => {
  for (const { answer, said } of cases.yes_no) assert.equal(yesOrNo(answer), said, JSON.stringify(answer));
});

test("MathVista's numbers at their precision", () => {
  for (const { answer, truth, type, precision, right } of cases.mathvista) {
    const grading: Grading = { benchmark: 'mathvista', type, ...(precision && { precision }) };
    assert.equal(isRight(answer, truth, grading), right, `${answer} for ${truth}`);
  }
});

test("OCRBench's answers within the response", () => {
  for (const { category, answers, answer, right } of cases.ocr)
    assert.equal(isRight(answer, answers[0], { benchmark: 'ocrbench', answers, part: category }), right, answer);
});

const question = (id: string, answer: string, grading: Grading): Question => ({
  ...{ id, category: 'general', answerType: 'free_form', split: 'test', template: '', text: '' },
  ...{ answer, image: null, scene: null, grading },
});
const answered = ({ id, answer, grading }: Question, text: string) => {
  const correct = isRight(text, answer, grading!);
  return { questionId: id, text, outcomeReward: Number(correct), correct, exact: correct };
};

test("MMBench's questions are right in every order of their options, or wrong", () => {
  const letters = ['A', 'B', 'C', 'D'];
  const options = ['a cat', 'a dog', 'an owl', 'none of them'];
  for (const { answers, right } of cases.circular) {
    const questions = letters.map((_, turn) => {
      const choices = Object.fromEntries(letters.map((letter, i) => [letter, options[(i + turn) % 4]!]));
      return question(`q-${turn}`, letters[(5 - turn) % 4]!, { benchmark: 'mmbench', choices, group: 'q' });
    });
    const results = questions.map((one, turn) => answered(one, answers[turn]));
    const kept = combined('mmb/test', questions, results).get('mmb/test')!;
    assert.deepEqual(
      kept.map(({ questionId, correct }) => [questionId, correct]),
      [['q-0', right]],
      answers.join(' | '),
    );
  }
});

test("MME's figures are sums over subtasks of accuracy and pair accuracy", () => {
  const questions = cases.mme.said.map(([part, image, answer]: string[], i: number) =>
    question(`m-${i}`, answer!, { benchmark: 'mme', part: part!, group: `${part}/${image}` }),
  ) as Question[];
  const results = questions.map((one, i) => answered(one, cases.mme.said[i][3]));
  const figures = Object.fromEntries(publishedFigures(questions, results).map(({ name, value }) => [name, value]));
  const { reasoning, ...same } = cases.mme.figures;
  assert.deepEqual(figures, { ...same, cognition: reasoning });
  const pairs = combined('mme/test', questions, results).get('mme/test-pairs')!;
  assert.deepEqual(
    pairs.map(({ correct }) => correct),
    [false, true, false, false, true],
  );
});

test('judged is what stands between answer tags, else what follows the thinking', () => {
  assert.equal(finalAnswer('<think> A or B </think> <answer> C </answer>'), ' C ');
  assert.equal(finalAnswer('<think> is it A? </think>\nB'), '\nB');
  assert.equal(finalAnswer('just B'), 'just B');
  assert.equal(finalAnswer('<answer>A</answer> no, <answer>D'), 'D');
});

test('free answers without a judge: MathVerse by value, MMMU by the answer within, MathVista by the last number', () => {
  const right = (response: string, truth: string, grading: Grading) => isRight(response, truth, grading);
  assert.equal(right('\\frac{2}{4}', '0.5', { benchmark: 'mathverse' }), true);
  assert.equal(right('0.6', '0.5', { benchmark: 'mathverse' }), false);
  assert.equal(right('It is the left ventricle.', 'left ventricle', { benchmark: 'mmmu' }), true);
  assert.equal(right('the right one', 'left ventricle', { benchmark: 'mmmu' }), false);
  assert.equal(right('2 apples and 12 pears make 14', '14', { benchmark: 'mathvista', type: 'integer' }), true);
  assert.equal(right('[2007, 2008]', '[2007,2008]', { benchmark: 'mathvista', type: 'list' }), true);
});
