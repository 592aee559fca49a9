/**
 * Dicts as Python prints them, anywhere in a line: {'loss': 0.5, 'reward': tensor(0.25, device='cuda:0')}. Names and the texts of their values,
 * nested as they are; a progress bar or a time may stand before one, another one behind it.
 */

/** Lines that a pretty-printed dict may take. */
const MOST_ROWS = 2000;
const OPENS = /\{\s*'/;

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Each closed dict of a text, in order: its names with the texts of their values, or with dicts. One that is not closed is left out. */
export function printedDicts(text: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  let from = text.search(OPENS);
  while (from >= 0) {
    const { items, end } = itemsOf(text, from);
    if (end < 0) break;
    const dict = Object.fromEntries(items.flatMap((item) => nameAndValue(item)));
    found.push(dict);
    const next = text.slice(end).search(OPENS);
    from = next < 0 ? -1 : end + next;
  }
  return found;
}

/** Lines in which a dict that was printed over several (pprint, rich) is one, under the number of its first. */
export function* withWholeDicts(lines: Iterable<Line>): Generator<Line> {
  let open: { readonly first: Line; readonly rows: string[] } | null = null;
  for (const line of lines) {
    if (open !== null) {
      const goesOn = /^\s*(?:'|\}|$)/.test(line.text) && open.rows.length < MOST_ROWS;
      if (goesOn) open.rows.push(line.text);
      if (goesOn && !line.text.includes('}')) continue;
      yield* joined(open);
      open = null;
      if (goesOn) continue;
    }
    const at = line.text.search(OPENS);
    const isOpen = line.text.trimEnd() === '{' || (at >= 0 && line.text.trimEnd().endsWith(','));
    if (isOpen && (at < 0 || itemsOf(line.text, at).end < 0)) open = { first: line, rows: [line.text] };
    else yield line;
  }
  if (open !== null) yield* joined(open);
}

/** One line where its rows make a closed dict, else the rows as they came. */
function* joined({ first, rows }: { readonly first: Line; readonly rows: readonly string[] }): Generator<Line> {
  const text = rows.join(' ');
  if (printedDicts(text).length > 0) yield { line: first.line, text };
  else for (const [i, row] of rows.entries()) yield { line: first.line + i, text: row };
}

/** The items between the braces that open at `from`, cut at commas outside of brackets and quotes; `end` is -1 where they do not close. */
function itemsOf(text: string, from: number): { readonly items: readonly string[]; readonly end: number } {
  const items: string[] = [];
  let depth = 0;
  let quote = '';
  let begin = from + 1;
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === "'" || c === '"') quote = c;
    else if ('{[('.includes(c)) depth++;
    else if ('}])'.includes(c)) {
      depth--;
      if (depth === 0) return { items: [...items, text.slice(begin, i)], end: i + 1 };
    } else if (c === ',' && depth === 1) {
      items.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  return { items, end: -1 };
}

function nameAndValue(item: string): [string, unknown][] {
  const [, name, value] = /^\s*'((?:[^'\\]|\\.)+)'\s*:\s*([\s\S]*?)\s*$/.exec(item) ?? [];
  return name === undefined || value === undefined
    ? []
    : [[name, (value.startsWith('{') ? printedDicts(value)[0] : undefined) ?? value]];
}
