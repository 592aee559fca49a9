/** Searching lists that are already here. */

/** Whether every word of `words` occurs in the text, in any order and case; no words: true. */
export function holdsWords(text: string, words: string): boolean {
  const lower = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
