/**
 * Whether a numeric answer is the true one, as mathruler's grade_answer decides (its rules are those of PRM800K's grader):
 * equal after the MATH normalisation, or after a second one (units, percent, commas, mixed numbers, LaTeX), or, part by part of
 * a tuple, equal as expressions; integers and plain fractions must be written as such, so 6/4 is not 3/2 and 2^3 is not 8.
 */

import { zip } from '../../../../shared/values/list.ts';
import { parseFloatStrict } from '../python-text.ts';
import { equalExpressions } from './expression.ts';
import { latexToText } from './latex-text.ts';
import { normalizeMathd } from './mathd.ts';

const UNITS = 'degree cm centimeter meter mile second minute hour day week month year foot feet inch yard'.split(' ');
const UNIT_PATTERNS = UNITS.map((unit) => new RegExp(`${unit}(?:es)?s? *(?:\\^[0-9]+)?`, 'g'));
const ENCLOSING_TEXT = /^\\text\{([^\n]+?)\}\n?$/;
const FRACTION = /^-?[0-9]+[^\n]?\/0*[1-9][0-9]*[^\n]?\n?$/;
const COMMA_GROUP = /(\d),(\d\d\d)($|\D)/g;
const BRACKETS = '()[]';
const NEAR_INTEGER = 1e-7;

/** True when `given` counts as `truth`. */
export function gradeAnswer(given: string, truth: string): boolean {
  if (normalizeMathd(truth) === normalizeMathd(given)) return true;
  const truthNormal = normalizeAnswer(truth);
  const givenNormal = normalizeAnswer(given);
  if (truthNormal === givenNormal) return true;
  if (givenNormal === '') return false;
  const truthParts = splitTuple(truthNormal);
  const givenParts = splitTuple(givenNormal);
  if (truthParts.length > 1 && (truthNormal[0] !== givenNormal[0] || truthNormal.at(-1) !== givenNormal.at(-1))) {
    return false;
  }
  if (truthParts.length !== givenParts.length) return false;
  return zip(truthParts, givenParts).every(([truth, given]) => equalParts(truth, given));
}

function equalParts(truth: string, given: string): boolean {
  if (FRACTION.test(truth) && FRACTION.test(given)) return truth === given; // an unreduced fraction is not accepted
  if (isIntegerText(truth) !== isIntegerText(given)) return false; // an integer must be given as one
  return equalExpressions(truth, given);
}

/** The second normal form: lower case, no spaces, no units, LaTeX as plain text, integers written as integers. */
function normalizeAnswer(answer: string): string {
  let text = ENCLOSING_TEXT.exec(answer)?.[1] ?? answer;
  text = text.replaceAll('\\%', '%').replaceAll('\\$', '$').replaceAll('$', '').replaceAll('%', '');
  text = text.replaceAll(' or ', ' , ').replaceAll(' and ', ' , ');
  text = text.replaceAll('million', '*10^6').replaceAll('billion', '*10^9').replaceAll('trillion', '*10^12');
  for (const unit of UNIT_PATTERNS) text = text.replace(unit, '');
  text = text.replace(/\^ *\\circ/g, '');
  if (text.startsWith('{') && text.endsWith('}')) text = text.slice(1, -1);
  text = text.replace(/,\\! */g, '');
  text = integerText(parseFloatStrict(text), Math.round) ?? text;
  if (text.includes('\\')) text = plainLatex(text);
  text = text.replace(/- */g, '-');
  text = text.replace(/([0-9]) +([0-9])/g, '$1+$2'); // a mixed number: 7 3/4 is 7+3/4
  text = text.replaceAll(' ', '').replaceAll('{', '').replaceAll('}', '').toLowerCase();
  if (!isIntegerText(text)) return text;
  return integerText(parseFloatStrict(text.replaceAll(',', '')), Math.trunc) ?? text;
}

function plainLatex(text: string): string {
  const source = text.replaceAll('\\tfrac', '\\frac').replaceAll('\\dfrac', '\\frac').replaceAll('\\frac', ' \\frac');
  try {
    const plain = latexToText(source);
    return plain
      .replaceAll('√', 'sqrt')
      .replaceAll('π', 'pi')
      .replaceAll('∞', 'inf')
      .replaceAll('∪', 'U')
      .replaceAll('·', '*')
      .replaceAll('×', '*')
      .trim();
  } catch {
    return text; // as the original: an expression that cannot be read stays as it is
  }
}

/** A whole number's digits, or null when the value is none. BigInt, because 1e30 has more digits than JavaScript prints. */
function integerText(value: number | null, whole: (value: number) => number): string | null {
  if (value === null || !isNearInteger(value)) return null;
  return BigInt(whole(value)).toString();
}

function isNearInteger(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value - Math.round(value)) <= NEAR_INTEGER;
}

function isIntegerText(text: string): boolean {
  const value = parseFloatStrict(withoutGroupCommas(text));
  return value !== null && isNearInteger(value);
}

function withoutGroupCommas(text: string): string {
  let out = text;
  for (;;) {
    const next = out.replace(COMMA_GROUP, '$1$2$3');
    if (next === out) return out;
    out = next;
  }
}

/** The parts of "(a, b)" or "[a, b)"; anything else is one part. */
function splitTuple(expression: string): string[] {
  const text = withoutGroupCommas(expression);
  if (text === '') return [];
  const inner = text.slice(1, -1);
  const isTuple =
    text.length > 2 &&
    BRACKETS.includes(text.charAt(0)) &&
    BRACKETS.includes(text.charAt(text.length - 1)) &&
    ![...inner].some((char) => BRACKETS.includes(char));
  return isTuple ? inner.split(',').map((part) => part.trim()) : [text];
}
