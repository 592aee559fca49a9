/**
 * The string normalisation of the MATH benchmark's release (Hendrycks et al. 2021), which the official code's grader tries first:
 * fractions, roots, units, percent and degree signs are written one way, spaces go. Deliberately absent: any arithmetic.
 */

import { strip } from '../python-text.ts';

const ENCLOSING_TEXT = /^\\text\{([^\n]+?)\}\n?$/;
const INTEGER_RATIO = /^(?:0|-?[1-9]\d*)\/(?:0|-?[1-9]\d*)$/;

/** The normal form of an answer; where the original's rules fail (a root or fraction cut short), the answer as it is. */
export function normalizeMathd(answer: string): string {
  let text = strip(answer);
  text = strip(ENCLOSING_TEXT.exec(text)?.[1] ?? text);
  return normalForm(text) ?? text;
}

function normalForm(answer: string): string | null {
  let text: string | null = answer
    .replaceAll('\n', '')
    .replaceAll('\\!', '')
    .replaceAll('\\\\', '\\')
    .replaceAll('tfrac', 'frac')
    .replaceAll('dfrac', 'frac')
    .replaceAll('\\left', '')
    .replaceAll('\\right', '')
    .replaceAll('^{\\circ}', '')
    .replaceAll('^\\circ', '')
    .replaceAll('\\$', '');
  text = withoutUnits(text);
  if (text === null) return null;
  text = text.replaceAll('\\%', '').replaceAll('%', '').replaceAll(' .', ' 0.').replaceAll('{.', '{0.');
  if (text === '') return text;
  if (text.startsWith('.')) text = `0${text}`;
  const [left = '', right, ...more] = text.split('=');
  if (right !== undefined && more.length === 0 && [...left].length <= 2) text = right;
  text = bracedRoots(text);
  if (text === null) return null;
  text = bracedFractions(text.replaceAll(' ', ''));
  if (text === null) return null;
  if (text === '0.5') text = '\\frac{1}{2}';
  return ratioAsFraction(text);
}

/** `\text{ ` starts a unit on the right; two of them are an error. */
function withoutUnits(text: string): string | null {
  const [before = '', , ...more] = text.split('\\text{ ');
  return more.length > 0 ? null : before;
}

/** \sqrt3 -> \sqrt{3}; a root without anything after it is an error. */
function bracedRoots(text: string): string | null {
  const [head = '', ...roots] = text.split('\\sqrt');
  let out = head;
  for (const root of roots) {
    if (root === '') return null;
    const [first] = root as unknown as [string];
    out += first === '{' ? `\\sqrt${root}` : `\\sqrt{${first}}${root.slice(1)}`;
  }
  return out;
}

/** \frac1b and \frac12 get their braces; a fraction without anything after it is an error. */
function bracedFractions(text: string): string | null {
  const [head = '', ...fractions] = text.split('\\frac');
  let out = head;
  for (const fraction of fractions) {
    if (fraction === '') return null;
    if (fraction[0] === '{') {
      out += `\\frac${fraction}`;
      continue;
    }
    if (fraction.length < 2) return text;
    const [a, b] = [fraction.charAt(0), fraction.charAt(1)];
    out += `\\frac{${a}}${b === '{' ? b : `{${b}}`}${fraction.slice(2)}`;
  }
  return out;
}

/** a/b of plain integers -> \frac{a}{b}. */
function ratioAsFraction(text: string): string {
  if (!INTEGER_RATIO.test(text)) return text;
  const [a, b] = text.split('/') as [string, string];
  return `\\frac{${a}}{${b}}`;
}
