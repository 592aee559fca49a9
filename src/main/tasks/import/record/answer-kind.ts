/**
 * Whether an answer that no type is given for is a number: plain, with thousands separators, percent or currency sign, as a fraction, root or
 * power, in LaTeX, with a unit. What ROUGE would grade (words) is none: \frac{1}{3} for \frac{1}{2} would get most of its points there.
 */
import { isUnit } from '../../../../shared/values/units.ts';

/** LaTeX that stands in numbers. */
const COMMANDS =
  /\\(?:[dtc]?frac|sqrt|pi|circ|cdot|times|div|pm|left|right|degree|infty|le|leq|ge|geq|displaystyle|quad|[%$,;:! {}])(?![A-Za-z])/g;
const TEXT = /\\(?:text|mathrm|mbox|textrm)\s*\{([^{}]*)\}/g;
const WORD = /\p{L}[\p{L}°]*(?:\s*\/\s*\p{L}+)?/gu;
/** What may be left: digits, signs, brackets. */
const SIGNS = /^[\d\s+\-−–*/^_{}()[\].,:;%°\p{Sc}√π×·÷±=<>≤≥²³½¼¾]*$/u;
const DATE = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$/;
const DOTTED = /\d\.\d+\.\d/; // versions, addresses

/** True for answers that are compared by value. */
export function isNumeric(answer: string): boolean {
  if (answer.length > 200 || DATE.test(answer.trim()) || DOTTED.test(answer)) return false;
  let words = true;
  const rest = answer
    .replace(/(\d)[eE](?=[+-]?\d)/g, '$1 ') // 1.5e-7
    .replace(TEXT, ' $1 ')
    .replace(COMMANDS, (command) => (command === '\\pi' ? 'π' : ' '))
    .replace(WORD, (word) => {
      if (word !== 'π' && !isUnitHere(word)) words = false;
      return word === 'π' ? 'π' : ' ';
    });
  return words && SIGNS.test(rest) && /[\dπ½¼¾]/u.test(rest);
}

function isUnitHere(word: string): boolean {
  return isUnit(word.replace(/\s/g, '')) || /^(?:pi|percent|square|sq|cubic|units?|approx)$/i.test(word);
}
