/** Options and answer types of imported questions, in the forms that public data sets have (cases after public bug reports). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNumeric } from '../../../src/main/tasks/import/record/answer-kind.ts';
import { parseQuestion } from '../../../src/main/tasks/import/record/to-question.ts';

const read = (record: Record<string, unknown>) =>
  parseQuestion({ question: 'Which?', ...record }, { category: null, split: 'train' });

/** The letters of the answer, or why the record is refused. */
function check(options: unknown, answer: unknown, wanted: string | RegExp) {
  const parsed = read({ options, answer });
  if (typeof wanted === 'string')
    return assert.deepEqual('answer' in parsed ? [parsed.answerType, parsed.answer] : parsed, ['choice', wanted]);
  assert.match('reason' in parsed ? parsed.reason : `taken as ${parsed.answer}`, wanted);
}

describe("a choice's answer", () => {
  it('is an option whose text is a letter', () => check(['V', 'X', 'W', 'Y'], 'X', 'B'));
  it('is an option whose text is a Roman number', () => check(['I', 'II', 'III', 'IV'], 'III', 'C'));
  it('is a text of one small letter', () => check(['m/s', 'N', 's', 'km'], 's', 'C'));
  it('is several letters', () => {
    check(['cat', 'dog', 'owl', 'fox'], 'AC', 'AC');
    check(['cat', 'dog', 'owl', 'fox'], 'C and A', 'AC');
    check(['cat', 'dog', 'owl', 'fox'], '(A), (C)', 'AC');
  });
  it('is a letter with its text', () => check(['cat', 'dog'], 'B. dog', 'B'));
  it('is the text of a labelled option', () => check(['A. a red square', 'B. a blue square'], 'a blue square', 'B'));
  it('is found among options named by letters', () => check({ A: 'cat', B: 'dog' }, 'dog', 'B'));
  it('is found in a list that was printed as text', () => check("['a cat', \"a dog\", 'it''s']", 'a dog', 'B'));
  it('is refused where no option has it', () => {
    check(['True', 'False'], 'T', /neither an option's letter nor its text/);
    check(['cat', 'dog'], 'D', /neither/);
    check(['cat', 'dog'], 'AC', /neither/);
  });
  it('is refused where letter and text mean different options', () =>
    check(['B', 'A'], 'A', /letter of one option and the text/));
  it('is refused where two options have its text', () => check(['cat', 'cat'], 'cat', /text of 2 options/));
  it('is read in a question that lists its options itself', () => {
    const parsed = read({ question: 'Which animal? Options: A: cat, B: dog', answer: 'B' });
    assert.deepEqual('answer' in parsed && [parsed.answerType, parsed.answer], ['choice', 'B']);
  });
});

describe('options in the question', () => {
  it('stand with their letters, once', () => {
    for (const options of [['cat', 'dog'], ['A. cat', 'B. dog'], ['(A) cat', '(B) dog'], { A: 'cat', B: 'dog' }]) {
      const parsed = read({ options, answer: 'A' });
      assert.equal('text' in parsed && parsed.text, 'Which?\nA. cat\nB. dog');
    }
  });
  it('are refused where their names are no sequence', () => check({ A: 'cat', C: 'dog' }, 'A', /named A, C/));
});

describe('an answer without a type', () => {
  const numeric = [
    '37.5',
    '1,234',
    '7 %',
    '$41.00',
    '3/4',
    '\\frac { 13 } { 5 }',
    '2 \\sqrt { 221 }',
    '60^\\circ',
    '7 cm',
    '12\\text{ cm}^2',
    '2\\pi',
    '(2, 3)',
    '−5',
    '30°',
    '1:30',
    '2.5 \\times 10^3',
    '5 km/h',
    '½',
    '[0, 1)',
  ]; // prettier-ignore
  const words = [
    'dark red',
    'red',
    'A',
    '',
    '2021-05-03',
    '1.2.3',
    'x',
    'cm',
    '5 apples and a pear',
    'no. 5',
    '192.168.0.1',
  ];
  for (const answer of numeric) it(`${JSON.stringify(answer)} is a number`, () => assert.ok(isNumeric(answer)));
  for (const answer of words) it(`${JSON.stringify(answer)} is none`, () => assert.ok(!isNumeric(answer)));
});
