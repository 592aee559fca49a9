/**
 * Word error rate: the fewest word substitutions, deletions and insertions that turn the hypothesis into the reference, over the
 * reference's words. It can exceed 1. Two ways to find the words: the official code's (jiwer) and any whitespace.
 */

import leven from 'leven';
import { collapseSpaces, strip, words } from '../python-text.ts';
import { unspacedApart } from './script-words.ts';

/** jiwer's words: runs of whitespace become a space, then split at spaces only, so a single newline or tab joins two words. */
export function jiwerWords(text: string): string[] {
  return strip(collapseSpaces(strip(text)))
    .split(' ')
    .filter((word) => word !== '');
}

/** Signs without width, which no reader sees; joiners are none of them, as scripts need those. */
const UNSEEN = /[\u200b\u2060\ufeff\u00ad]/g;

/**
 * The words of a text split at any whitespace; characters where a script has no spaces, so that one wrong character is one error. An accent is
 * the same whether it is a character of its own or not (Unicode's canonical equivalence).
 */
export function plainWords(text: string): string[] {
  return unspacedApart(words(text.normalize('NFC').replace(UNSEEN, '')));
}

/** WER of a hypothesis against a reference, both as words; against an empty reference, the number of insertions (as jiwer). */
export function wordErrorRate(reference: readonly string[], hypothesis: readonly string[]): number {
  const edits = editDistance(reference, hypothesis);
  return reference.length === 0 ? edits : edits / reference.length;
}

/** Between lists of words, which leven is given as texts of one character a word, as jiwer does it; 65,536 different words at most. */
function editDistance(reference: readonly string[], hypothesis: readonly string[]): number {
  const codes = new Map([...new Set([...reference, ...hypothesis])].map((word, code) => [word, code]));
  const textOf = (words: readonly string[]) => words.map((word) => String.fromCharCode(codes.get(word) ?? 0)).join('');
  return leven(textOf(reference), textOf(hypothesis));
}
