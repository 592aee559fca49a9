/**
 * Words of a text in any script. Chinese, Japanese, Thai and their like are written without spaces: there every character is a word, as
 * BLEU, ROUGE and character error rates count them. Deliberately absent: dictionaries.
 */

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}ー々]/u;
const CHARACTER = new RegExp(`(${UNSPACED.source}\\p{M}*)`, 'gu');
const WORD = new RegExp(
  `${UNSPACED.source}\\p{M}*|[\\p{L}\\p{N}\\p{M}]+?(?=${UNSPACED.source}|[^\\p{L}\\p{N}\\p{M}]|$)`,
  'gu',
);

/** The words of a text without its punctuation; the signs of one that has no words ("+", "👍"). */
export function scriptWords(text: string): string[] {
  const composed = text.normalize('NFC');
  return composed.match(WORD) ?? composed.match(/\S/gu) ?? [];
}

/** Words that white space has divided, further cut into characters where their script has no spaces; punctuation stays where it is. */
export function unspacedApart(words: readonly string[]): string[] {
  return words.flatMap((word) => (UNSPACED.test(word) ? word.split(CHARACTER).filter((part) => part !== '') : [word]));
}
