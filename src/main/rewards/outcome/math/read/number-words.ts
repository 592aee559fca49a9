/**
 * Numbers in words and signs of other languages as mathematics: "twenty-one", "minus three and a half", "two thirds", 四十二, 3万, ４分之３. Only the one number that
 * a text states is read; a text with several states none. Deliberately absent: ordinals and times of day.
 */
import { CURRENCY_SIGNS } from '../../../../../shared/values/units.ts';

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };
const PARTS: Readonly<Record<string, number>> = {
  half: 2,
  halves: 2,
  third: 3,
  quarter: 4,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
};
const VALUES = new Map<string, number>([
  ...ONES.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, i): [string, number] => [word, 20 + 10 * i]),
]);
/** Words that make a number word a part of another value, or deny it. */
const OF_OTHER_VALUES = /\b(?:past|to|not|per|over|out|of|or|between|percent|[ap]\.?m)\b|(?:first|second)\b/i;

/** The one number that a text without digits states in English words, as mathematics; null where it states none, or several. */
export function englishNumber(text: string): string | null {
  if (/\d/.test(text) || text.length > 200) return null;
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const runs: string[][] = [];
  let run: string[] = [];
  for (const [i, word] of words.entries()) {
    const goesOn =
      isNumberWord(word) ||
      (run.length > 0 && /^(?:and|a|point)$/.test(word) && isNumberWord(words[i + 1] ?? '', word === 'and'));
    const begins =
      run.length === 0 &&
      /^(?:minus|negative|a)$/.test(word) &&
      (isNumberWord(words[i + 1] ?? '') || words[i + 1] === 'dozen');
    if (goesOn || begins || (word === 'dozen' && run.length === 1)) run.push(word);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  const [only] = runs;
  if (runs.length !== 1 || only === undefined || OF_OTHER_VALUES.test(text)) return null;
  if (only.join() === 'one' && words.length > 1) return null; // "one of them is", "the red one"
  if (only.join() === 'half' && words.length > 1) return null;
  return numberOf(only);
}

const isNumberWord = (word: string, afterAnd = false): boolean =>
  VALUES.has(word) ||
  word === 'hundred' ||
  word in SCALES ||
  word in PARTS ||
  PARTS[word.replace(/s$/, '')] !== undefined ||
  (afterAnd && word === 'a');

function numberOf(run: readonly string[]): string | null {
  const [first = ''] = run;
  const isNegative = first === 'minus' || first === 'negative';
  const value = positive(isNegative ? run.slice(1) : run);
  return value === null ? null : isNegative ? `-(${value})` : value;
}

/** "three and a half", "two thirds", "one hundred and five", "three point five". */
function positive(run: readonly string[]): string | null {
  const last = run.at(-1) ?? '';
  if (last === 'dozen') {
    const count = run.length === 1 || run[0] === 'a' ? 1 : whole(run.slice(0, -1));
    return count === null ? null : String(12 * count);
  }
  const under = PARTS[last] ?? PARTS[last.replace(/s$/, '')];
  if (under !== undefined) {
    const before = run.slice(0, -1);
    const joint = before.lastIndexOf('and');
    const [wholes, overs] = joint < 0 ? [[], before] : [before.slice(0, joint), before.slice(joint + 1)];
    const over = overs.length === 0 || overs.join() === 'a' ? 1 : whole(overs);
    const added = wholes.length === 0 ? 0 : whole(wholes);
    if (over === null || added === null) return null;
    return `\\frac{${added * under + over}}{${under}}`;
  }
  const point = run.indexOf('point');
  if (point > 0) {
    const before = whole(run.slice(0, point));
    const digits = run.slice(point + 1).map((word) => VALUES.get(word));
    if (before === null || digits.length === 0 || digits.some((digit) => digit === undefined || digit > 9)) return null;
    return `${before}.${digits.join('')}`;
  }
  const value = whole(run);
  return value === null ? null : String(value);
}

/** A whole number; null where the words do not make one, as in "two three". */
function whole(run: readonly string[]): number | null {
  let [total, group, last] = [0, 0, Number.POSITIVE_INFINITY];
  for (const word of run[0] === 'a' ? ['one', ...run.slice(1)] : run) {
    const value = VALUES.get(word);
    const scale = SCALES[word];
    if (word === 'and') continue;
    if (value !== undefined) {
      if (value >= last || (last < 100 && last % 10 !== 0) || (last < 20 && last > 0)) return null;
      group += value;
      last = value === 0 ? 0 : value;
    } else if (word === 'hundred') {
      if (group < 1 || group > 99) return null;
      group *= 100;
      last = 100;
    } else if (scale !== undefined) {
      if (group < 1) return null;
      total += group * scale;
      [group, last] = [0, Number.POSITIVE_INFINITY];
    } else return null;
  }
  return total + group;
}

const HAN_DIGITS: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  兩: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const HAN_UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };
const HAN_SCALES: Readonly<Record<string, number>> = {
  万: 1e4,
  萬: 1e4,
  만: 1e4,
  亿: 1e8,
  億: 1e8,
  억: 1e8,
  千: 1e3,
  천: 1e3,
  百: 100,
  백: 100,
};
const HAN = '零〇一二两兩三四五六七八九十百千万萬亿億';
const HAN_NUMBER = new RegExp(`^\\s*([负負])?([${HAN}]+)(?:点([零〇一二三四五六七八九]+))?[\\p{sc=Han}。.]?\\s*$`, 'u');
const HAN_FRACTION = new RegExp(`^\\s*([${HAN}]+)分之([${HAN}]+)[。.]?\\s*$`, 'u');

/** A text that is one Chinese number, with one sign of what is counted behind it, as mathematics; null for anything else. */
export function chineseNumber(text: string): string | null {
  const [, under, over] = HAN_FRACTION.exec(text) ?? [];
  if (under !== undefined && over !== undefined) {
    const [a, b] = [hanWhole(over), under === '百' ? 100 : hanWhole(under)];
    return a === null || b === null ? null : `\\frac{${a}}{${b}}`;
  }
  const [, sign = '', digits = '', decimals = ''] = HAN_NUMBER.exec(text) ?? [];
  const value = digits === '' ? null : hanWhole(digits);
  if (value === null) return null;
  const fraction = decimals === '' ? '' : `.${[...decimals].map((digit) => HAN_DIGITS[digit]).join('')}`;
  return `${sign === '' ? '' : '-'}${value}${fraction}`;
}

function hanWhole(text: string): number | null {
  const signs = [...text];
  if (signs.every((sign) => sign in HAN_DIGITS)) return Number(signs.map((sign) => HAN_DIGITS[sign]).join(''));
  let [total, group, digit] = [0, 0, 0];
  for (const sign of signs) {
    const [value, unit] = [HAN_DIGITS[sign], HAN_UNITS[sign]];
    const scale = unit === undefined ? HAN_SCALES[sign] : undefined;
    if (value !== undefined) digit = value;
    else if (unit !== undefined) {
      group += (digit === 0 && unit === 10 ? 1 : digit) * unit;
      digit = 0;
    } else if (scale !== undefined) {
      total = (total + group + digit) * scale;
      [group, digit] = [0, 0];
    } else return null;
  }
  return total + group + digit;
}

/** Scripts that are written without spaces. */
const UNSPACED = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}';
const AFTER_UNSPACED = new RegExp(`(?<=[${UNSPACED}])(?=[-−+${CURRENCY_SIGNS}\\\\]?[\\d.])`, 'gu');
const BEFORE_UNSPACED = new RegExp(`(?<=[\\d%°$}])(?=[${UNSPACED}])`, 'gu');
const SCALED = /(\d+(?:\.\d+)?)\s*([万萬만亿億억千천百백])/gu;

/** Digits of every script as 0 to 9; 3万 as 30000, 4分之3 as a fraction; numbers set apart from letters that stand close to them. */
export function withPlainDigits(text: string): string {
  const plain = text
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/(?<=\d)٫(?=\d)/g, '.')
    .replace(/(?<=\d)٬(?=\d)/g, ',')
    .replaceAll('،', ',');
  return plain
    .replace(/百分之\s*(\d+(?:\.\d+)?)/g, ' $1% ')
    .replace(/(\d+)\s*分之\s*(\d+)/g, ' \\frac{$2}{$1} ')
    .replace(SCALED, (_, number: string, scale: string) => ` ${number} \\cdot ${HAN_SCALES[scale] ?? 1} `)
    .replace(AFTER_UNSPACED, ' ')
    .replace(BEFORE_UNSPACED, ' ');
}

/** A decimal digit of any script; each script's ten stand in order. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code < 128 ? digit : String(code - zero);
}

/** A whole answer that is one number as other countries group its digits, as mathematics: 1.234.567,89, 1'234'567, 12,34,567, 1_000_000; null for anything else. */
export function foreignGrouping(text: string): string | null {
  const [, sign = '', number = ''] = /^\s*([-−+]?\p{Sc}?\s?)(\d[\d.,'’_ ]*\d)[\s.]*$/u.exec(text) ?? [];
  const [, grouped, decimals] =
    /^(\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+(?=,\d))(?:,(\d+))?$/.exec(number) ??
    /^(\d{1,3}(?:['’]\d{3})+)(?:\.(\d+))?$/.exec(number) ??
    /^(\d{1,3}(?:_\d{3})+)(?:\.(\d+))?$/.exec(number) ??
    /^(\d{1,2}(?:,\d{2})+,\d{3})(?:\.(\d+))?$/.exec(number) ??
    /^(\d{1,3}(?: \d{3})+)(?:,(\d+))$/.exec(number) ??
    [];
  if (grouped === undefined) return null;
  return `${sign}${grouped.replace(/\D/g, '')}${decimals === undefined ? '' : `.${decimals}`}`;
}
