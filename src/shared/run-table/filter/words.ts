/** A filter's text as words, each with the place where it begins. Deliberately absent: what they mean (parse.ts). */
import { SophiaError } from '../../errors.ts';

/** A word of a filter; `at` counts characters from 1. `quoted`: within quotes, so never an operator. */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly quoted: boolean;
}

/** Quotes, comparisons, brackets and commas; anything else up to one of them or a space is a word: names have dots, slashes and dashes. */
const NEXT = /\s*(?:(["'`])((?:\\.|(?!\1)[^\\])*)\1|(!=|<=|>=|==|[=<>~(),])|([^\s"'`=<>~(),!]+))/y;

/** Words of a filter. @throws SophiaError 'usage' with the place of what is none */
export function filterWords(text: string): Word[] {
  const words: Word[] = [];
  NEXT.lastIndex = 0;
  while (NEXT.lastIndex < text.trimEnd().length) {
    const from = NEXT.lastIndex;
    const found = NEXT.exec(text);
    if (found === null) {
      const at = from + (text.slice(from).match(/\S/)?.index ?? 0);
      const letter = text[at] ?? '';
      throw filterFault(
        at + 1,
        /["'`]/.test(letter) ? `the quote ${letter} is not closed` : `"${letter}" means nothing here`,
      );
    }
    const [whole, quote, inner = '', sign, word] = found;
    const at = from + whole.length - whole.trimStart().length + 1;
    if (quote !== undefined) words.push({ text: inner.replace(/\\(.)/g, '$1'), at, quoted: true });
    else words.push({ text: sign === '==' ? '=' : (sign ?? word ?? ''), at, quoted: false });
  }
  return words;
}

/** A text as one word of a filter, whatever is in it. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The one error of a filter: where it is, and what is wrong there. */
export function filterFault(at: number, what: string, fix?: string): SophiaError {
  const reason = `character ${at}: ${what}`;
  return new SophiaError('usage', `Filter, ${reason}.`, fix, { field: { path: 'filter', reason } });
}
