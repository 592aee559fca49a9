/** Labels at the ends of lines: which fit, and where each stands, so that none lies upon another. */

/** Pixels of a label's row. */
export const LABEL_ROW = 13;
/** Below this width of a chart its lines need all of it. */
const LEAST_WIDTH = 300;
/** Pixels of a letter of a label's name at 11 px. */
const LETTER = 6.7;
/** Fewer letters than this of a longer name tell lines apart no more: the legend names them. */
const LEAST_LETTERS = 11;
const VALUE = 44;

/** A line that is to have a label: where it ends. */
export interface LineEnd {
  readonly index: number;
  readonly y: number; // pixels from the top
}

/**
 * Pixels to leave at the right of a chart for labels, and letters that a name has there (`longestName` 0: values alone). Null: they do not
 * fit, so that the legend alone tells.
 */
export function labelRoom(
  lines: number,
  width: number,
  height: number,
  longestName: number,
): { readonly gutter: number; readonly letters: number } | null {
  if (lines === 0 || width < LEAST_WIDTH || lines * LABEL_ROW > height) return null;
  const fits = Math.floor((width * 0.32 - VALUE) / LETTER);
  const letters = longestName <= fits ? longestName : fits < LEAST_LETTERS ? 0 : fits;
  return { gutter: Math.ceil(letters * LETTER) + VALUE + 20, letters };
}

/** The middle of each label, top to bottom: as near to its line's end as the others let it, within 0 and `height`. */
export function placeLabels(ends: readonly LineEnd[], height: number): LineEnd[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y || a.index - b.index);
  // Labels that would overlap make a block, which stands about the mean of its lines' ends.
  interface Block {
    readonly ends: LineEnd[];
    top: number;
  }
  const blocks: Block[] = [];
  const settle = (block: Block): void => {
    const size = block.ends.length * LABEL_ROW;
    const middle = block.ends.reduce((sum, end) => sum + end.y, 0) / block.ends.length;
    block.top = Math.min(Math.max(0, middle - size / 2), Math.max(0, height - size));
  };
  for (const end of sorted) {
    let block: Block = { ends: [end], top: 0 };
    settle(block);
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.top + before.ends.length * LABEL_ROW <= block.top) break;
      blocks.pop();
      block = { ends: [...before.ends, ...block.ends], top: 0 };
      settle(block);
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ ends, top }) =>
    ends.map(({ index }, row) => ({ index, y: top + row * LABEL_ROW + LABEL_ROW / 2 })),
  );
}
