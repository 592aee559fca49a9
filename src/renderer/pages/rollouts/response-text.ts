/** A response taken apart for reading: its thinking, its answer, and what stands outside both. */

import { shownText } from '../../../shared/text/plain-text.ts';

export interface ResponseParts {
  readonly thinking: string | null;
  readonly answer: string | null;
  /** Text outside the tags: a malformed response shows here. */
  readonly rest: string;
}

/** Splits by the first thinking and the last answer; whatever is missing is null. */
export function responseParts(text: string): ResponseParts {
  const thinking = /<think>([\s\S]*?)(?:<\/think>|$)/.exec(text);
  const after = thinking === null ? text : text.slice(thinking.index + thinking[0].length);
  const answers = [...after.matchAll(/<answer>([\s\S]*?)<\/answer>/g)];
  const answer = answers.at(-1);
  const before = thinking === null ? '' : text.slice(0, thinking.index);
  const outside =
    answer === undefined ? after : after.slice(0, answer.index) + after.slice(answer.index + answer[0].length);
  return {
    thinking: thinking?.[1]?.trim() ?? null,
    answer: answer?.[1]?.trim() ?? null,
    rest: `${before}${outside}`.trim(),
  };
}

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
