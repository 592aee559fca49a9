/**
 * Multiple choice: 1 when the chosen options are the true ones, else 0. Two readings of an answer, by preset.
 */

import { strip } from './python-text.ts';

const MARKUP = /\\(?:text|mathrm|mathbf|textbf|boxed)\s*\{([^{}]*)\}/g;
const ONE_LETTER = /^[([]?([A-Za-z])[.:)\]]?$/;
/** "B. a red square", "(b) a red square": a letter with its mark, then the option's text. */
const LABELLED = /^(?:[([]([A-Za-z])[)\]][.:]?|([A-Za-z])[.:)])\s+\S/;
const SEPARATOR = /\s*[,;&]\s*(?:and\s+)?|\s+and\s+|\s+/i;

/**
 * The official code's rule: the answer is split at commas, there must be as many parts as the truth has characters, and each part
 * must occur in the truth. So "A, B" is right for "BA", "A, A" too, "AB" and "(A)" are not, and an empty answer is right for a
 * truth of one letter.
 */
export function choiceOfficial(answer: string, truth: string): boolean {
  const parts = answer.split(',').map(strip);
  return parts.length === [...truth].length && parts.every((part) => truth.includes(part));
}

/**
 * The paper's "option match", read robustly: the set of option letters named by the answer equals the truth's. "B", "(b)",
 * "B. a red square", "A, C", "AC" and "A and C" are read; where either side names no letter, the texts are compared, ignoring case.
 */
export function choicePaper(answer: string, truth: string): boolean {
  const wanted = optionLetters(truth);
  const given = optionLetters(answer);
  if (wanted !== null && given !== null) return wanted === given;
  const text = plain(answer).toLowerCase();
  return text !== '' && text === plain(truth).toLowerCase();
}

/** The option letters a text names, in capitals, sorted, each once ("A, c" -> "AC"); null when it names none clearly. */
export function optionLetters(text: string): string | null {
  const bare = plain(text).replace(/^option\s+(?=\S)/i, '');
  const parts = bare.split(SEPARATOR).filter((part) => part !== '');
  const letters = parts.map((part) => ONE_LETTER.exec(part)?.[1]);
  if (letters.length > 0 && letters.every((letter) => letter !== undefined)) return canonical(letters.join(''));
  const labelled = LABELLED.exec(bare);
  if (labelled) return canonical(labelled[1] ?? labelled[2]!);
  const run = /^[([]?([A-Z]{2,})[)\]]?$/.exec(bare)?.[1]; // "ABD": letters in order, so that a word is not one
  return run !== undefined && canonical(run) === run ? run : null;
}

function canonical(letters: string): string {
  return [...new Set(letters.toUpperCase())].sort().join('');
}

/** Without LaTeX and Markdown marks, white space made single. */
function plain(text: string): string {
  return strip(text.replace(MARKUP, '$1').replace(/[$*`]/g, '')).replace(/\s+/g, ' ');
}
