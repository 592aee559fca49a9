/**
 * The Porter stemmer as nltk ships it (Porter 1980, "An algorithm for suffix stripping", with nltk's extensions), which
 * rouge_score uses. Rules are (suffix, replacement, condition); the first suffix that fits decides, whether or not its
 * condition holds. By hand, as npm's `stemmer` is Porter's original: of 13,150 English words 183 came out otherwise ("they" as "thei").
 * Deliberately absent: other languages, and Porter's original mode.
 */

type Condition = (stem: string) => boolean;
type Rule = readonly [suffix: string, replacement: string, condition?: Condition];

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ...['sky', 'skies'].map((word) => [word, 'sky'] as const),
  ...['dying', 'lying', 'tying'].map((word) => [word, `${word[0]}ie`] as const),
  ...['innings', 'inning'].map((word) => [word, 'inning'] as const),
  ...['outings', 'outing'].map((word) => [word, 'outing'] as const),
  ...['cannings', 'canning'].map((word) => [word, 'canning'] as const),
  ...['news', 'howe', 'proceed', 'exceed', 'succeed'].map((word) => [word, word] as const),
]);

const positive: Condition = (stem) => measure(stem) > 0;
const overOne: Condition = (stem) => measure(stem) > 1;
const rules = (pairs: string, condition: Condition): Rule[] =>
  pairs.split(' ').map((pair) => {
    const [suffix, replacement = ''] = pair.split(':') as [string, string?];
    return [suffix, replacement, condition];
  });

const STEP_1A: readonly Rule[] = [
  ['sses', 'ss'],
  ['ies', 'i'],
  ['ss', 'ss'],
  ['s', ''],
];
const STEP_2: readonly Rule[] = [
  ...rules('ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous', positive),
  ...rules('ization:ize ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al', positive),
  ...rules('iviti:ive biliti:ble fulli:ful', positive),
  ['logi', 'log', (stem) => measure(`${stem}l`) > 0], // the l counts with the stem, so that geo- and theo- work
];
const STEP_3 = rules('icate:ic ative alize:al iciti:ic ical:ic ful ness', positive);
const STEP_4: readonly Rule[] = [
  ...rules('al ance ence er ic able ible ant ement ment ent', overOne),
  ['ion', '', (stem) => overOne(stem) && /[st]$/.test(stem)],
  ...rules('ou ism ate iti ous ive ize', overOne),
];

/** The stem of a lower-case word. */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  let stem = step1c(step1b(step1a(word)));
  stem = step2(stem);
  stem = applyRules(stem, STEP_3);
  stem = applyRules(stem, STEP_4);
  return step5(stem);
}

function step1a(word: string): string {
  if (word.length === 4 && word.endsWith('ies')) return word.slice(0, -1);
  return applyRules(word, STEP_1A);
}

function step1b(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return positive(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find((ending) => word.endsWith(ending) && hasVowel(word.slice(0, -ending.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsCvc(stem) ? `${stem}e` : stem;
}

function step1c(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith('y') && stem.length > 1 && isConsonant(stem, stem.length - 1) ? `${stem}i` : word;
}

function step2(word: string): string {
  if (word.endsWith('alli') && positive(word.slice(0, -4))) return step2(word.slice(0, -2));
  return applyRules(word, STEP_2);
}

function step5(word: string): string {
  let out = word;
  if (out.endsWith('e')) {
    const stem = out.slice(0, -1);
    const m = measure(stem);
    if (m > 1 || (m === 1 && !endsCvc(stem))) out = stem;
  }
  return out.endsWith('ll') && overOne(out.slice(0, -1)) ? out.slice(0, -1) : out;
}

function applyRules(word: string, list: readonly Rule[]): string {
  for (const [suffix, replacement, condition] of list) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return condition === undefined || condition(stem) ? stem + replacement : word;
  }
  return word;
}

/** A consonant is a letter other than a, e, i, o, u, and other than a y after a consonant. */
function consonants(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const char of word) flags.push(char === 'y' ? !(flags.at(-1) ?? false) : !'aeiou'.includes(char));
  return flags;
}

function isConsonant(word: string, place: number): boolean {
  return consonants(word)[place] === true;
}

function hasVowel(word: string): boolean {
  return consonants(word).includes(false);
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  const flags = consonants(stem);
  let count = 0;
  for (let i = 1; i < flags.length; i++) if (flags[i] && !flags[i - 1]) count++;
  return count;
}

function endsDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

/** Porter's *o, and nltk's addition: a word of a vowel and a consonant counts too. */
function endsCvc(word: string): boolean {
  const flags = consonants(word);
  const [before, vowel, last] = flags.slice(-3);
  if (flags.length === 2) return !before && vowel === true;
  return before === true && vowel === false && last === true && !/[wxy]$/.test(word);
}
