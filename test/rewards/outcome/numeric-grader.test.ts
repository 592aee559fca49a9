import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gradeAnswer } from '../../../src/main/rewards/outcome/mathruler/numeric-grader.ts';

/** Given, truth: what mathruler 0.1.0 with sympy 1.14 said of each pair. */
const EQUAL: readonly [string, string][] = [
  ['0.5', '1/2'],
  ['.5', '0.50'],
  ['-.5', '-1/2'],
  ['\\frac12', '0.5'],
  ['\\tfrac{3}{4}', '0.75'],
  ['3 1/2', '3.5'],
  ['3\\frac{1}{2}', '7/2'],
  ['1,234.50', '1234.5'],
  ['1_000', '1000'],
  ['1e3', '1000.0'],
  ['5.00000001', '5'],
  ['$1,000', '1000'],
  ['50\\%', '50'],
  ['12.5 cm', '12.5'],
  ['6 cm^2', '6'],
  ['1.5 hours', '1.5'],
  ['90^{\\circ}', '90'],
  ['(1.0, 2)', '(1,2)'],
  ['(1/2,3)', '(0.5,3)'],
  ['x=5', '5'],
  ['2\\sqrt{3}', '\\sqrt{12}'],
  ['\\frac{\\sqrt{2}}{2}', '\\frac{1}{\\sqrt{2}}'],
  ['2\\pi', 'pi*2'],
  ['(x+1)^2', 'x^2+2x+1'],
  ['x(x+1)', 'x^2+x'],
  ['ab', 'ba'],
  ['1/2+1/3', '5/6'],
  ['0.5x', '\\frac{x}{2}'],
  ['1.25*2', '2.50'],
  ['3', '３'],
  ['x2', '2*x'],
  ['', ''],
];
const DIFFERENT: readonly [string, string][] = [
  ['6/4', '3/2'],
  ['2^3', '8'],
  ['\\sqrt{4}', '2'],
  ['2*3', '6'],
  ['0.333', '1/3'],
  ['0.1+0.2', '0.3'],
  ['1.1*1.1', '1.21'],
  ['3.14159', '\\pi'],
  ['12 kg', '12'],
  ['1.5 million', '1500000'],
  ['5%', '0.05'],
  ['1,00', '100'],
  ['{1,2}', '{2,1}'],
  ['(1,2)', '[1,2]'],
  ['(1,2)', '(2,1)'],
  ['1/(2x)', '1/2x'],
  ['\\sqrt{x^2}', 'x'],
  ['x+y+z', 'z+y+x'],
  ['log(x)', 'ln(x)'],
  ['10^12', '1000000000000.5'],
  ['−5', '-5'],
  ['5', ''],
  ['', '5'],
  ['1/0', '2/0'],
  ['9**9**9', '9**9**9+1'],
  ['((((', '5.5'],
  ['\\sqrt', '2.5'],
  ['\\frac', '2.5'],
];

describe('numeric answers', () => {
  for (const [given, truth] of EQUAL) {
    it(`accepts ${JSON.stringify(given)} for ${JSON.stringify(truth)}`, () => assert.ok(gradeAnswer(given, truth)));
  }
  for (const [given, truth] of DIFFERENT) {
    it(`refuses ${JSON.stringify(given)} for ${JSON.stringify(truth)}`, () => assert.ok(!gradeAnswer(given, truth)));
  }
});
