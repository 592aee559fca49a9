/** How much of a response's text each of its tokens wrote. */
import type { Tokenizer } from '../model/folder/tokenizer.ts';

/** What a decoder writes for bytes that are no whole character. */
const PART = '\uFFFD';

/**
 * [T] characters (UTF-16) of `text` per token; their sum is the text's length. Special tokens write nothing; of a character made by several
 * tokens the last one is said to have written it.
 */
export function pieceLengths(tokenizer: Pick<Tokenizer, 'decode'>, ids: readonly number[], text: string): number[] {
  const lengths: number[] = [];
  let open: number[] = [];
  for (const id of ids) {
    open.push(id);
    const piece = tokenizer.decode(open);
    const isPart = piece.includes(PART) && open.length < 8;
    lengths.push(isPart ? 0 : piece.length);
    if (!isPart) open = [];
  }
  const sum = lengths.reduce((all, length) => all + length, 0);
  return sum === text.length ? lengths : fromTheStart(tokenizer, ids, text);
}

/** The same for decoders to which a token's place matters: each beginning is decoded whole. */
function fromTheStart(tokenizer: Pick<Tokenizer, 'decode'>, ids: readonly number[], text: string): number[] {
  let told = 0;
  return ids.map((_, t) => {
    const whole = t === ids.length - 1 ? text.length : tokenizer.decode(ids.slice(0, t + 1)).length;
    const length = Math.max(0, Math.min(whole, text.length) - told);
    told += length;
    return length;
  });
}
