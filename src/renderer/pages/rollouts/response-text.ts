/** Texts of responses where a search found something. */

import { shownText } from '../../../shared/text/plain-text.ts';

/** A text as it is shown, cut where the words and "phrases" of a search begin: what the full-text index matched, whole words and beginnings alike. */
export function markedParts(text: string, search: string): { readonly text: string; readonly isMatch: boolean }[] {
  const words = [...search.matchAll(/"([^"]*)"?|[^\s"]+/g)].map((match) => (match[1] ?? match[0]).trim());
  const patterns = words
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (patterns.length === 0) return [{ text: shownText(text), isMatch: false }];
  const cut = text.split(new RegExp(`((?<![\\p{L}\\p{N}])(?:${patterns.join('|')}))`, 'giu'));
  return cut.map((part, i) => ({ text: shownText(part), isMatch: i % 2 === 1 })).filter((part) => part.text !== '');
}
