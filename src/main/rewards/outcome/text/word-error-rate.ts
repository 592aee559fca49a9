/**
 * Word error rate: the fewest word substitutions, deletions and insertions that turn the hypothesis into the reference, over the
 * reference's words. It can exceed 1. Two ways to find the words: the official code's (jiwer) and any whitespace.
 */

import { collapseSpaces, strip, words } from '../python-text.ts';
import { unspacedApart } from './script-words.ts';

/** jiwer's words: runs of whitespace become a space, then split at spaces only, so a single newline or tab joins two words. */
export function jiwerWords(text: string): string[] {
  return strip(collapseSpaces(strip(text)))
    .split(' ')
    .filter((word) => word !== '');
}

/** The words of a text split at any whitespace; characters where a script has no spaces, so that one wrong character is one error. */
export function plainWords(text: string): string[] {
  return unspacedApart(words(text));
}

/** WER of a hypothesis against a reference, both as words; against an empty reference, the number of insertions (as jiwer). */
export function wordErrorRate(reference: readonly string[], hypothesis: readonly string[]): number {
  const edits = editDistance(reference, hypothesis);
  return reference.length === 0 ? edits : edits / reference.length;
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
