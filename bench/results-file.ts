/** bench/RESULTS.md holds what two benches measured: each writes its own part and leaves the other's as it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the results are. */
export const RESULTS = join(import.meta.dirname, 'RESULTS.md');
/** The heading of the page's part, which is the last. */
export const PAGE_HEADING = '## The page at scale';

function parts(file: string): { readonly training: string; readonly page: string } {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const from = text.indexOf(PAGE_HEADING);
  return from < 0 ? { training: text, page: '' } : { training: text.slice(0, from), page: text.slice(from) };
}

/** Replaces what is told of training steps. */
export function writeTraining(markdown: string, file = RESULTS): void {
  const { page } = parts(file);
  writeFileSync(file, page === '' ? markdown : `${markdown.trimEnd()}\n\n${page}`);
}

/** Replaces what is told of the page; `markdown` begins with PAGE_HEADING. */
export function writePage(markdown: string, file = RESULTS): void {
  writeFileSync(file, `${`${parts(file).training.trimEnd()}\n\n`.trimStart()}${markdown}`);
}
