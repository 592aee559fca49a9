/**
 * Options of a choice as data sets write them (a list, letters to texts, a list printed as text), and which of them the answer means. A
 * question shows its options with their letters, since letters are what answers name. An answer that no option has, or that two readings
 * give different options, is refused: a truth that no answer can reach would count every answer as wrong.
 */
import { Refusal } from './refusal.ts';

/** One option: the letter it goes by, its text. */
export interface Option {
  readonly letter: string;
  readonly text: string;
}

const MOST = 26;
/** "A. cat", "(B) dog", "C: owl". */
const LABEL = /^[([]?([A-Za-z])[).:\]]\s*(?=\S)/;
const LETTERS = /^[([]?[A-Za-z][)\].]?(?:\s*(?:[,;&/]|and)?\s*[([]?[A-Za-z][)\].]?)*$/i;

/** The options of a record. */
export function optionsOf(given: unknown): Option[] {
  const options = Array.isArray(given) ? given : typeof given === 'string' ? printedList(given) : entriesOf(given);
  if (options === null) throw new Refusal('options are not a list');
  if (options.length > MOST) throw new Refusal(`has ${options.length} options; ${MOST} letters are there`);
  const texts = options.map((option, i) => {
    const value: unknown = Array.isArray(option) ? option[1] : option;
    if (typeof value !== 'string' && typeof value !== 'number') throw new Refusal(`option ${i + 1} is not a text`);
    return String(value).toWellFormed().replace(/\s+/g, ' ').trim();
  });
  const named = options.map((option) => (Array.isArray(option) ? String(option[0]).toUpperCase() : null));
  const labelled = texts.map((text) => LABEL.exec(text)?.[1]?.toUpperCase());
  const isOrdered = (letters: readonly (string | null | undefined)[]) =>
    letters.length > 0 && letters.every((letter, i) => letter === letterAt(i));
  if (isOrdered(labelled)) return texts.map((text, i) => ({ letter: letterAt(i), text: text.replace(LABEL, '') }));
  if (named.some((name) => name !== null) && !isOrdered(named))
    throw new Refusal(`options are named ${named.join(', ')}, not ${letterAt(0)}, ${letterAt(1)}, ...`);
  return texts.map((text, i) => ({ letter: letterAt(i), text }));
}

/** Whether a question's own text lists options by letter, as MMStar's and AI2D's do: "A: cat, B: dog" or a line for each. */
export function listsOptions(question: string): boolean {
  return /(?:^|[\s(])A[.):]\s*\S[\s\S]*?(?:^|[\s(,;])B[.):]\s*\S/.test(question);
}

/** The letters that a choice's answer means, in their order: "B", "(b)", "B. cat", "A,C", "AC", or the text of an option. */
export function lettersOf(answer: string, options: readonly Option[]): string {
  const bare = answer.trim();
  const byText = optionWithText(bare, options);
  const byLetters = namedLetters(bare, options);
  if (byText !== null && byLetters !== null && byText !== byLetters)
    throw new Refusal(
      `answer ${shown(bare)} is the letter of one option and the text of another (${byText}); write the letter with its text`,
    );
  const letters = byText ?? byLetters;
  if (letters !== null) return letters;
  throw new Refusal(`answer ${shown(bare)} is neither an option's letter nor its text`);
}

/** The option whose text this is: to the letter, else ignoring case where that is one option's alone. */
function optionWithText(answer: string, options: readonly Option[]): string | null {
  const text = answer.replace(LABEL, '');
  const label = LABEL.exec(answer)?.[1]?.toUpperCase();
  const same = (of: (text: string) => string) =>
    options.filter(
      (option) => of(option.text) === of(answer) || (label === option.letter && of(option.text) === of(text)),
    );
  const exact = same((text) => text);
  const found = exact.length > 0 ? exact : same((text) => text.toLowerCase());
  if (found.length > 1) throw new Refusal(`answer ${shown(answer)} is the text of ${found.length} options`);
  return found[0]?.letter ?? null;
}

/** The letters an answer names, where every one is an option's (without options: any). */
function namedLetters(answer: string, options: readonly Option[]): string | null {
  const led = /^[([]?([A-Za-z])(?:[)\]][.:]?|[.:])\s+\S/.exec(answer)?.[1];
  const letters =
    led !== undefined ? [led] : LETTERS.test(answer) ? answer.replace(/\band\b/gi, '').match(/[A-Za-z]/g) : null;
  if (letters === null) return null;
  const distinct = [...new Set(letters.map((letter) => letter.toUpperCase()))].sort();
  if (distinct.length !== letters.length) return null;
  const known = distinct.every((letter) => options.length === 0 || options.some((option) => option.letter === letter));
  return known ? distinct.join('') : null;
}

/** {"A": "cat", "B": "dog"} as pairs. */
function entriesOf(given: unknown): [string, unknown][] | null {
  if (typeof given !== 'object' || given === null || given instanceof Uint8Array) return null;
  return Object.entries(given).filter(([, value]) => value !== null);
}

/** "['cat', 'dog']" or "[\"cat\"]", as MMMU's files hold their lists; null for other text. */
function printedList(text: string): unknown[] | null {
  const trimmed = text.trim();
  if (!/^\[[\s\S]*\]$/.test(trimmed)) return null;
  try {
    const list: unknown = JSON.parse(trimmed);
    return Array.isArray(list) ? list : null;
  } catch {}
  const items = [
    ...trimmed.slice(1, -1).matchAll(/\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,'"]+))\s*(?:,|$)/g),
  ];
  return items.length === 0
    ? null
    : items.map(([, single, double, plain]) => (single ?? double ?? plain ?? '').replace(/\\(.)/g, '$1').trim());
}

function letterAt(index: number): string {
  return String.fromCharCode(65 + index);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
