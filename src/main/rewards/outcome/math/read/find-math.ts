/**
 * Where in an answer the mathematics stands, most certain place first: \boxed{...}, then what a sentence announces ("the answer is ..."),
 * the whole text, the last formula between dollars or \( \), the last number. Each place is one reading; the first that can be read counts.
 */
import type { MathValue } from '../math-value.ts';
import { mendedCommands } from './damaged-commands.ts';
import { parseMath } from './parse-math.ts';

const FINAL = /\bfinal answer\b(?![\s\S]*\bfinal answer\b)([\s\S]*)$/i;
const ANNOUNCED = /\b(?:answer|result|solution)s?\b(?![\s\S]*\b(?:answer|result|solution)s?\b)([\s\S]*)$/i;
/** What follows the last verb or colon. */
const SAID = /(?:\b(?:is|are|was|equals|be)\b|:)(?![\s\S]*(?:\b(?:is|are|was|equals|be)\b|:))\s*([\s\S]+)$/i;
const SENTENCE_END = /[.!?]["”']?\s+(?=\p{Lu}|<)/u;
const FORMULA = /\$\$([\s\S]+?)\$\$|(?<!\\)\$((?:[^$\\]|\\[\s\S])+)\$|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]/g;
const NUMBER =
  /(?<![\p{L}\d.,^_]|[\^_]\{)[-−+]?[$€£]?\s?(?:(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:[.,]\d+)?|\.\d+)(?:\/\d+)?(?:[eE][+-]?\d+)?\s?(?:[%°]|\\%)?/gu;
const NUMBER_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const NUMBER_WORD = new RegExp(`\\b(?:${NUMBER_WORDS.join('|')})\\b`, 'gi');
/** Words that make a number word a part of another value. */
const OF_OTHER_VALUES =
  /\b(?:hundreds?|thousands?|[mb]illions?|dozens?|half|quarters?|thirds?|past|to|not|point|per|over|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b/i;
const DECIMAL_COMMA = /^([-−+]?[$€£]?\s?\d+),(\d+)([%°]?)$/;
const WORDS = /(?<!\\[a-zA-Z]*)\b\p{L}{2,}/u;
const BETWEEN =
  /^[\s$]*(?:[,;.]|\\quad|\p{L}(?:_\{?\w+\}?)?(?:\(\p{L}\))?\s*=|([-=*+_~#])\1{2,}|\\text\{[^{}]*\}|and|or|[\p{L}\s]*\b(?:and|or)\b[\p{L}\s]*|\\\(|\\\)|[\s$])*$/iu;

/**
 * The readings of a text, best first; empty where it holds no mathematics. "1,22" has a second reading with a decimal comma, "(12,102)" one
 * in which the comma separates.
 */
export function mathReadings(raw: string): MathValue[] {
  const text = withoutRejected(withoutEmphasis(mendedCommands(raw)));
  const number = decimalComma(text);
  const readings = [
    (isAnnouncedLater(text) ? announced(text) : null) ??
      boxed(text) ??
      formulas(text) ??
      whole(text) ??
      announced(text) ??
      lastOf(text),
    number === null ? null : parseMath(number),
    inWords(text),
    partOf(text),
    /[([{]|\band\b/.test(text) && /\d,\d{3}/.test(text) ? (boxed(text, true) ?? whole(text, true)) : null,
  ];
  return readings.filter((value) => value !== null);
}

/** "**42**" and "`42`" as Markdown marks what matters, a whole answer in quotes: 42. */
function withoutEmphasis(text: string): string {
  const unquoted = /^\s*(["'“‘])(.+)["'”’]\s*$/s.exec(text)?.[2];
  return (unquoted?.includes('"') === false ? unquoted : text).replace(
    /(?<![^\s(:])(\*\*|__|`)(?=\S)([^*_`\n]+)(?<=\S)\1(?![^\s).,;:!?])/g,
    '$2',
  );
}

/** "8 (not 7)", "8, not 7" and "8 instead of 7" state 8; "not 7" alone states nothing. */
function withoutRejected(text: string): string {
  if (/^\s*not\s+(?:equal\s+to\s+)?\S+\s*$/i.test(text)) return '';
  const kept = text
    .replace(/\(\s*(?:and |but )?not\s[^()]*\)/gi, ' ')
    .replace(/(?<=[\d}$)]),?\s+(?:and not|but not|not|rather than|instead of)\s+\S+(?=[.!]?\s*$)/gi, '');
  return /\d/.test(kept) ? kept : text;
}

/** "Five", "There are five." without any digit: 5; "one" counts as a word only where it is the whole answer. */
function inWords(text: string): MathValue | null {
  if (/\d/.test(text) || (OF_OTHER_VALUES.test(text) && !/^\W*twenty\W*$/i.test(text))) return null;
  const said = [...text.matchAll(NUMBER_WORD)].map(([word]) => word.toLowerCase());
  const [only] = said;
  const counts = said.length === 1 && (only !== 'one' || /^\W*one\W*$/i.test(text));
  return counts && only !== undefined ? parseMath(String(NUMBER_WORDS.indexOf(only))) : null;
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
  const contents = boxContents(text.replaceAll('\\\\boxed', '\\boxed'));
  const parts = contents.slice(contents.findLastIndex((box) => !box.joined));
  const values = parts.map(({ inner }) => parseMath(inner, commasSeparate) ?? lastNumber(inner));
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
  const bare = text
    .trim()
    .replace(/^\$\$?|\$\$?\.?$/g, '')
    .replace(/^\\[([]|\\[)\]]\.?$/g, '');
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
