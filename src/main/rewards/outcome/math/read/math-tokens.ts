/**
 * Cuts an answer, LaTeX or plain text as people and models mix them, into tokens. Unicode signs, spacing commands, the several names of one
 * command and thousands separators are made one here, so that the parser knows one form of each. Deliberately absent: any meaning.
 */
import { repeatingAsFractions } from './repeating-decimals.ts';

/** One token. `text` of a number holds its digits without separators; that of a command its name without the backslash. */
export interface MathToken {
  readonly kind: 'number' | 'command' | 'word' | 'sign';
  readonly text: string;
  readonly spaced: boolean; // white space stood before it
}

/** Longer answers are not mathematics; reading them could take for ever. */
const LONGEST_MATH = 2000;

const SIGNS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '×': '\\cdot ',
  '·': '\\cdot ',
  '⋅': '\\cdot ',
  '∙': '\\cdot ',
  '∗': '*',
  '÷': '/',
  '⁄': '/',
  '∕': '/',
  '√': '\\sqrt ',
  π: '\\pi ',
  '∞': '\\infty ',
  '°': '^\\circ ',
  '˚': '^\\circ ',
  º: '^\\circ ',
  '℃': '^\\circ C',
  '℉': '^\\circ F',
  '≤': '\\le ',
  '⩽': '\\le ',
  '≥': '\\ge ',
  '⩾': '\\ge ',
  '≠': '\\ne ',
  '≈': '\\approx ',
  '∪': '\\cup ',
  '∩': '\\cap ',
  '∈': '\\in ',
  '±': '\\pm ',
  '∓': '\\mp ',
  '∅': '\\emptyset ',
  '∶': ':',
  '′': "'",
  '％': '%',
};
const SIGN_PATTERN = new RegExp(`[${Object.keys(SIGNS).join('')}]`, 'gu');
const SUPERSCRIPTS = /[⁺⁻]?[⁰¹²³⁴-⁹]+/gu;
/** 30°30' and 30^\circ 30': degrees with minutes, and seconds. */
const DEGREES_AND_MINUTES =
  /(\d+)\s*(?:°|\^\s*\{?\s*\\circ\s*\}?)\s*(\d{1,2})\s*(?:['′’]|\^\{?\s*\\prime\s*\}?)(?:\s*(\d{1,2}(?:\.\d+)?)\s*(?:["″”]|''))?/gu;
const ALL_REALS = /\\mathbb\s*\{?\s*R\s*\}?(?!\s*[\^_])|ℝ(?![⁺⁻²³^_])/gu;
const VULGAR_FRACTION = /[¼-¾⅐-⅞]/gu;

/** Commands that only space or size things. */
const SPACING =
  /(?<!\\)\\(?:[,;:!> ]|q?quad|(?:displaystyle|textstyle|limits|left|right|[bB]igg?[lrm]?|middle|hfill|hspace\*?\{[^{}]*\}|phantom\{[^{}]*\}|nonumber)(?![A-Za-z]))/g;
const SAME_COMMAND: Readonly<Record<string, string>> = {
  dfrac: 'frac',
  tfrac: 'frac',
  cfrac: 'frac',
  times: 'cdot',
  leq: 'le',
  leqslant: 'le',
  lt: 'lt',
  geq: 'ge',
  geqslant: 'ge',
  neq: 'ne',
  dbinom: 'binom',
  tbinom: 'binom',
  lvert: 'vert',
  rvert: 'vert',
  mid: 'vert',
  varnothing: 'emptyset',
  degree: 'circ',
  land: 'and',
  lor: 'or',
  measuredangle: 'angle',
  vee: 'or',
  simeq: 'approx',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
  infin: 'infty',
  div: 'div',
};
/** Units of no size at the end: 15 units^2 is 15. */
const UNSIZED =
  /(?:\\(?:text|mathrm|mbox|textrm)\s*\{\s*(?:(?:square|cubic|sq\.?)\s)?units?\.?\s*\}|(?:\b(?:square|cubic|sq\.?)\s)?\bunits?\b)(?:\s*\^\s*\{?[23]\}?)?(?=[\s.]*$)/i;
const TOKEN =
  /(\s+)|(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|\\([A-Za-z]+|[^A-Za-z\s])|(\p{L}+)|(<=|>=|!=|==|\*\*|\S)/gu;

/**
 * The tokens of a text, or null where it is too long or holds nothing. "12,102" is one number, or with `commasSeparate` two.
 */
export function mathTokens(text: string, commasSeparate = false): MathToken[] | null {
  if (text.length > LONGEST_MATH) return null;
  const source = commasSeparate ? unified(text).replace(/(\d),(?=\d)/g, '$1, ') : unified(text);
  const tokens: MathToken[] = [];
  let spaced = false;
  for (const [, space, number, command, word, sign] of source.matchAll(TOKEN)) {
    if (space !== undefined) {
      spaced = true;
      continue;
    }
    if (number !== undefined) tokens.push({ kind: 'number', text: plainDigits(number), spaced });
    else if (command !== undefined) tokens.push({ kind: 'command', text: SAME_COMMAND[command] ?? command, spaced });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, spaced });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign === '**' ? '^' : sign, spaced });
    spaced = false;
  }
  return tokens.length === 0 ? null : tokens;
}

/** A text written with doubled backslashes throughout made single; the ends of a matrix's rows are doubled in any case. */
function singleBackslashes(text: string): string {
  if (/\\\\begin/.test(text)) return text.replaceAll('\\\\', '\\');
  return text.includes('\\begin') ? text : text.replace(/\\\\(?=[A-Za-z])/g, '\\');
}

/** Unicode signs as LaTeX, full-width letters and digits as ASCII, spacing commands gone. */
function unified(text: string): string {
  return repeatingAsFractions(singleBackslashes(text))
    .replace(VULGAR_FRACTION, (sign) => {
      const [over, under] = sign.normalize('NFKC').split('⁄');
      return `\\frac{${over}}{${under}}`;
    })
    .replace(
      DEGREES_AND_MINUTES,
      (_, degrees: string, minutes: string, seconds = '0') => `(${degrees}+${minutes}/60+${seconds}/3600)^\\circ `,
    )
    .replace(SUPERSCRIPTS, (signs) => `^{${signs.normalize('NFKC').replace('−', '-')}}`)
    .replace(/[₀-₉]+/g, (signs) => `_{${signs.normalize('NFKC')}}`)
    .replace(ALL_REALS, '(-\\infty,\\infty)')
    .replace(SIGN_PATTERN, (sign) => SIGNS[sign] ?? sign)
    .normalize('NFKC')
    .replace(/\\\$/g, '$')
    .replace(/(\d),\\!\s*(?=\d{3})/g, '$1,')
    .replace(/(\d)\s*x\s*(?=10\s*\^)/g, '$1 \\cdot ')
    .replace(/(\d)\s*\{,\s*\}\s*(?=\d)/g, '$1,')
    .replace(/(\d)\\[,;: ](?=\d{3}(?!\d))/g, '$1,')
    .replace(SPACING, ' ')
    .replace(/(?<=[\d)\]}])(and|or)(?=[A-Z(\d[\\])/g, ' $1 ')
    .replace(/(\d)\s*([ap])\.?m\b\.?/gi, (_, digit: string, half: string) => `${digit} \\text{${half.toLowerCase()}m}`)
    .replace(UNSIZED, '')
    .replace(/([\d)}])\s*in\b\.?(?=\s*(?:\^\s*\{?[23]\}?\s*)?[\s.]*$)/, '$1 \\text{inch}')
    .replace(/^\s*(\d+)\s+to\s+(\d+)[\s.]*$/i, '$1:$2')
    .replaceAll('~', ' ')
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, '');
}

function plainDigits(number: string): string {
  return number.replace(/[, ]/g, '').toLowerCase();
}
