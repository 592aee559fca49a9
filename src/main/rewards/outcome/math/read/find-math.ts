/**
 * Where in an answer the mathematics stands, most certain place first: \boxed{...}, then what a sentence announces ("the answer is ..."),
 * the whole text, the last formula between dollars or \( \), the last number. Each place is one reading; the first that can be read counts.
 */
import { isUnit } from '../../../../../shared/values/units.ts';
import type { MathValue } from '../math-value.ts';
import { mendedCommands } from './damaged-commands.ts';
import { chineseNumber, englishNumber, foreignGrouping, withPlainDigits } from './number-words.ts';
import { parseMath } from './parse-math.ts';

const FINAL = /\bfinal answer\b(?![\s\S]*\bfinal answer\b)([\s\S]*)$/i;
const ANNOUNCED = /\b(?:answer|result|solution)s?\b(?![\s\S]*\b(?:answer|result|solution)s?\b)([\s\S]*)$/i;
/** What follows the last verb or colon. */
const SAID = /(?:\b(?:is|are|was|equals|be)\b|:)(?![\s\S]*(?:\b(?:is|are|was|equals|be)\b|:))\s*([\s\S]+)$/i;
const SENTENCE_END = /[.!?]["”']?\s+(?=\p{Lu}|<)/u;
const FORMULA = /\$\$([\s\S]+?)\$\$|(?<!\\)\$((?:[^$\\]|\\[\s\S])+)\$|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]/g;
const NUMBER =
  /(?<![\p{L}\d.,^_]|[\^_]\{)[-−+]?[$€£]?\s?(?:(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:[.,]\d+)?|\.\d+)(?:\/\d+)?(?:[eE][+-]?\d+)?\s?(?:[%°]|\\%)?/gu;
const DECIMAL_COMMA = /^([-−+]?[$€£]?\s?\d+),(\d+)([%°]?)$/;
const WORDS = /(?<!\\[a-zA-Z]*)(?<![\p{L}\p{N}_])(?:\p{L}{2,}|\p{sc=Han})/u;
const BETWEEN =
  /^[\s$]*(?:[,;.]|\\quad|\p{L}(?:_\{?\w+\}?)?(?:\(\p{L}\))?\s*=|([-=*+_~#])\1{2,}|\\text\{[^{}]*\}|and|or|[\p{L}\s]*\b(?:and|or)\b[\p{L}\s]*|\\\(|\\\)|[\s$])*$/iu;

/**
 * The readings of a text, best first; empty where it holds no mathematics. "1,22" has a second reading with a decimal comma, "(12,102)" one
 * in which the comma separates.
 */
export function mathReadings(raw: string): MathValue[] {
  const text = withoutRejected(withMinus(withPlainDigits(withoutEmphasis(mendedCommands(raw)))));
  const number = decimalComma(text);
  const readings = [
    (isAnnouncedLater(text) ? announced(text) : null) ??
      boxed(text) ??
      formulas(text) ??
      whole(text) ??
      announced(text) ??
      lastOf(text),
    number === null ? null : parseMath(number),
    inWords(raw),
    inPhrase(text),
    grouped(raw),
    partOf(text),
    /[([{]|\band\b/.test(text) && /\d,\d{3}/.test(text) ? (boxed(text, true) ?? whole(text, true)) : null,
  ];
  return readings.filter((value) => value !== null);
}

const withoutFence = (text: string): string => /^\s*```[a-z]*[ \t]*\n(.*?)\s*```\s*$/s.exec(text)?.[1] ?? text;

/** "**42**", "`42`" and a block of code as Markdown marks what matters, a whole answer in quotes: 42. */
function withoutEmphasis(marked: string): string {
  const text = withoutFence(marked);
  const unquoted = /^\s*(["'“‘])(.+)["'”’]\s*$/s.exec(text)?.[2];
  const bare = (unquoted?.includes('"') === false ? unquoted : text)
    .replace(/<\/?(?:b|strong|i|em|u|p|span|br)\s*\/?>/gi, ' ')
    .replace(/(?:\\\\\s*)+$/, ''); // a line's end in LaTeX
  return bare.replace(/(?<![^\s(:])(\*\*|__|`)(?=\S)([^*_`\n]+)(?<=\S)\1(?![^\s).,;:!?])/g, '$2');
}

/** "8 (not 7)", "8, not 7" and "8 instead of 7" state 8; "not 7" alone states nothing. */
function withoutRejected(text: string): string {
  if (/^\s*(?:not\s+(?:equal\s+to\s+)?|不是|不等于|并非)\s*\S+\s*$/i.test(text)) return '';
  const kept = text
    .replace(/\(\s*(?:and |but )?not\s[^()]*\)/gi, ' ')
    .replace(/(?<=[\d}$)]),?\s+(?:and not|but not|not|rather than|instead of)\s+\S+(?=[.!]?\s*$)/gi, '');
  return /\d/.test(kept) ? kept : text;
}

/** A number in words, by its language. */
function inWords(text: string): MathValue | null {
  const said = englishNumber(text) ?? chineseNumber(text);
  return said === null ? null : parseMath(said);
}

/** "no solution" is the empty set, "all real numbers" all of them. */
function inPhrase(text: string): MathValue | null {
  const phrase = text.replace(/\\(?:text|boxed|mathrm)|[{}$.!]/g, '').trim();
  if (/^(?:(?:there (?:is|are) )?no (?:real )?solutions?|无解|無解)$/i.test(phrase)) return parseMath('\\emptyset');
  return /^(?:all|any) real(?:s| numbers?)$|^全体实数$/i.test(phrase) ? parseMath('(-\\infty,\\infty)') : null;
}

/** "5 million" is not 5. */
const MULTIPLE =
  /^(?:hundreds?|thousands?|[mbtr]{1,2}illions?|dozens?|pairs?|percent|pct|tens|times|degrees?|per|over|and|or|to|of|not|minus|plus|more|less|half|halves|thirds?|quarters?)$/i;

/**
 * Readings of what was answered that a truth is not given: "17 men" is 17, "2 and 1/4" two and a quarter; a truth "2 ab" is a product, "2 and 1/4"
 * may be two values.
 */
export function looseReadings(raw: string): MathValue[] {
  const [, count, thing = ''] = /^\s*([-−]?\d[\d.,]*(?:(?:\s+\d+)?\/\d+)?)\s+(\p{L}{2,})[.\s]*$/u.exec(raw) ?? [];
  const [, behind] = /^\s*\(?[a-hA-H][).]\s+(?=[-−\d.\\$])(.+)$/s.exec(raw) ?? []; // "b) 5"
  const [, whole, part] = /^\s*(\d+)\s+and\s+(\d+\/\d+)[.\s]*$/i.exec(raw) ?? [];
  const values = [
    isUnit(thing) || MULTIPLE.test(thing) ? undefined : count,
    behind,
    whole === undefined || part === undefined ? undefined : `${whole} ${part}`,
  ];
  return values.flatMap((text) => (text === undefined ? [] : (parseMath(text) ?? [])));
}

/** The number of a text that groups its digits as other countries do. */
function grouped(text: string): MathValue | null {
  const number = foreignGrouping(text);
  return number === null ? null : parseMath(number);
}

/** "minus 17" and "negative 17" before a number are its sign, "5 dozen" is 60. */
function withMinus(text: string): string {
  return text.replace(/\b(?:minus|negative)\s+(?=[\d.$\\])/gi, '-').replace(/(\d)\s+dozens?\b/gi, '$1 \\cdot 12');
}

/** "3 of 4" or "3 out of 4" and nothing else: the share that it is; the count 3 is read as its other meaning. */
function partOf(text: string): MathValue | null {
  const [, part, all] = /^\s*(\d+) (?:out )?of (\d+)\s*\.?\s*$/i.exec(text) ?? [];
  return part === undefined || all === undefined ? null : parseMath(`${part}/${all}`);
}

/** Whether a final answer is announced after the last box. */
function isAnnouncedLater(text: string): boolean {
  const box = text.lastIndexOf('\\boxed');
  return box >= 0 && /final answer/i.test(text.slice(box).replace(/^[^}]*\}/, ''));
}

/** The formula or the number that comes last. */
function lastOf(text: string): MathValue | null {
  const formula = [...text.matchAll(FORMULA)].at(-1);
  const rest = formula === undefined ? text : text.slice(formula.index + formula[0].length);
  return (formula === undefined ? null : lastNumber(rest)) ?? lastFormula(text) ?? lastNumber(text);
}

/** "1,22" with its comma as a point, where it is the text's only number and the comma no separator of thousands; else null. */
function decimalComma(text: string): string | null {
  if (/[([{]/.test(text) || text.match(/\d+/g)?.length !== 2) return null;
  const [, whole, decimals, sign] = DECIMAL_COMMA.exec(lastNumberText(text) ?? '') ?? [];
  if (whole === undefined || decimals === undefined) return null;
  const grouped = decimals.length === 3 && /^\D*[1-9]\d{0,2}$/.test(whole);
  return grouped ? null : `${whole}.${decimals}${sign}`;
}

/** What stands in the boxes: several are a list, as in "\boxed{1} and \boxed{2}"; of boxes with other text between the last counts. */
function boxed(text: string, commasSeparate = false): MathValue | null {
  const contents = boxContents(text.replaceAll('\\\\boxed', '\\boxed').replace(/\\f(?:rame)?box(?=\s*\{)/g, '\\boxed'));
  const parts = contents.slice(contents.findLastIndex((box) => !box.joined));
  const values = parts.map(({ inner }) =>
    inner.includes('\\boxed') ? boxed(inner, commasSeparate) : (parseMath(inner, commasSeparate) ?? lastNumber(inner)),
  );
  const known = values.filter((value) => value !== null);
  const [only] = known;
  if (only === undefined || known.length < values.length) return null;
  return known.length === 1 ? only : { kind: 'list', items: known };
}

/** What stands within the formulas of a text. */
function formulaTexts(text: string): string[] {
  return [...text.matchAll(FORMULA)].map((match) => match.slice(1).find((part) => part !== undefined) ?? '');
}

/** "$1$ and $2$": a text that is formulas and joining words alone. */
function formulas(text: string): MathValue | null {
  const found = formulaTexts(text);
  if (
    found.length < 2 ||
    !text.split(FORMULA).every((part) => part === undefined || found.includes(part) || BETWEEN.test(part))
  )
    return null;
  const values = found.map((formula) => parseMath(formula));
  const known = values.filter((value) => value !== null);
  return known.length === values.length
    ? { kind: 'list', items: known.flatMap((value) => (value.kind === 'list' ? value.items : [value])) }
    : null;
}

interface Box {
  readonly inner: string;
  readonly joined: boolean; // only "and", commas and labels stand between it and the box before
}

/** The text of the last box; null where there is none. */
export function lastBox(text: string): string | null {
  return boxContents(text).at(-1)?.inner ?? null;
}

function boxContents(text: string): Box[] {
  const boxes: Box[] = [];
  let end = 0;
  for (let at = text.indexOf('\\boxed'); at >= 0; at = text.indexOf('\\boxed', end)) {
    const open = text.indexOf('{', at);
    if (open < 0) break;
    let depth = 0;
    let close = open;
    for (; close < text.length; close++) {
      if (text[close] === '{' && text[close - 1] !== '\\') depth++;
      if (text[close] === '}' && text[close - 1] !== '\\' && --depth === 0) break;
    }
    boxes.push({ inner: text.slice(open + 1, close), joined: boxes.length > 0 && BETWEEN.test(text.slice(end, at)) });
    end = close + 1;
  }
  return boxes;
}

function whole(text: string, commasSeparate = false): MathValue | null {
  const trimmed = text.trim();
  const isAmount = /^\$\s?[\d.][\d.,]*[^$]*$/.test(trimmed); // $5, not the beginning of a formula
  const bare = (isAmount ? trimmed : trimmed.replace(/^\$\$?|\$\$?\.?$/g, '')).replace(/^\\[([]|\\[)\]]\.?$/g, '');
  return parseMath(bare, commasSeparate);
}

/** "... the answer is X. I hope so.": the text behind the last verb or colon of the sentence that names the answer. */
function announced(text: string): MathValue | null {
  const [tail] = (FINAL.exec(text) ?? ANNOUNCED.exec(text))?.[1]?.split(SENTENCE_END) ?? [];
  if (tail === undefined) return null;
  const said = (SAID.exec(tail)?.[1] ?? tail).replace(/["\\.!\s]+$/, '').replace(/^["\\]+/, '');
  return formulas(said) ?? whole(said) ?? lastOf(said);
}

function lastFormula(text: string): MathValue | null {
  for (const formula of formulaTexts(text).reverse()) {
    const value = parseMath(formula);
    if (value !== null) return value;
  }
  return null;
}

/** The last number of a sentence; a formula that cannot be read has none to offer. */
function lastNumber(text: string): MathValue | null {
  const number = WORDS.test(text) || /[$€£]/.test(text) ? lastNumberText(text) : null;
  return number === null ? null : parseMath(number);
}

function lastNumberText(text: string): string | null {
  const last = [...text.matchAll(NUMBER)].at(-1);
  if (last === undefined) return null;
  const [, part] = /(\d[\d.,]*)\s+(?:out\s+)?of\s+(?:the\s+)?$/i.exec(text.slice(0, last.index)) ?? [];
  return part ?? last[0].trim(); // 2 of 7
}
