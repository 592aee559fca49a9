/** Breaks texts into lines. */

/** A text broken at spaces into lines of at most `length` characters; a longer word stays whole, an empty text is one empty line. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines.splice(-1, 1, word);
    else if (line.length + 1 + word.length > length) lines.push(word);
    else lines.splice(-1, 1, `${line} ${word}`);
  }
  return lines;
}
