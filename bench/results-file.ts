/** bench/RESULTS.md holds what several benches measured: each writes its own part and leaves the others' as they are. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the results are. */
export const RESULTS = join(import.meta.dirname, 'RESULTS.md');
/** The headings of the parts that follow the training's, in their order. */
export const WIDTH_HEADING = '## At real width';
export const SLOPES_HEADING = '## What whole models need, by slopes';
export const PAGE_HEADING = '## The page at scale';
export const ANSWERS_HEADING = '## Answers while the engine works';
export const DESK_HEADING = '## What one waits for at the desk';
export const FLAT_HEADING = '## What an engine holds after much use';
const HEADINGS = [WIDTH_HEADING, SLOPES_HEADING, PAGE_HEADING, DESK_HEADING, ANSWERS_HEADING, FLAT_HEADING];

/** The parts that are there, by heading; what stands before them is the training's. */
function parts(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const starts = HEADINGS.map((heading) => ({ heading, at: text.indexOf(heading) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const all = [{ heading: '', at: 0 }, ...starts];
  return new Map(all.map(({ heading, at }, i) => [heading, text.slice(at, all[i + 1]?.at).trim()]));
}

function write(heading: string, markdown: string, file: string): void {
  const known = parts(file).set(heading, markdown.trim());
  const kept = ['', ...HEADINGS].flatMap((name) => known.get(name) || []);
  writeFileSync(file, `${kept.join('\n\n')}\n`);
}

/** Replaces what is told of training steps. */
export const writeTraining = (markdown: string, file = RESULTS): void => write('', markdown, file);

/** Replaces what is told of the page; `markdown` begins with PAGE_HEADING. */
export const writePage = (markdown: string, file = RESULTS): void => write(PAGE_HEADING, markdown, file);

/** Replaces what is told of answers while the engine works; `markdown` begins with ANSWERS_HEADING. */
export const writeAnswers = (markdown: string, file = RESULTS): void => write(ANSWERS_HEADING, markdown, file);

/** Replaces what is told of the desk; `markdown` begins with DESK_HEADING. */
export const writeDesk = (markdown: string, file = RESULTS): void => write(DESK_HEADING, markdown, file);

/** Replaces what is told of an engine after much use; `markdown` begins with FLAT_HEADING. */
export const writeFlat = (markdown: string, file = RESULTS): void => write(FLAT_HEADING, markdown, file);

/** Replaces what is told of steps at real width. */
export const writeRealWidth = (markdown: string, file = RESULTS): void =>
  write(WIDTH_HEADING, `${WIDTH_HEADING}\n\n${markdown}`, file);

/** Replaces what is told of whole models' memory. */
export const writeSlopes = (markdown: string, file = RESULTS): void =>
  write(SLOPES_HEADING, `${SLOPES_HEADING}\n\n${markdown}`, file);
