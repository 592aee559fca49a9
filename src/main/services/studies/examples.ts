/** The study files that come with the program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseStudy, type Study } from '../../../shared/study/study.ts';
import { entryOf } from '../../model/io/path-names.ts';
import type { Store } from '../../store/store.ts';

/** One example: its file name, what it is for (the study's description), its text. */
export interface Example {
  readonly file: string;
  readonly text: string;
}

/** The folder examples/ of the program, or null where it was not installed. */
export function examplesFolder(): string | null {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    if (existsSync(join(at, 'examples')) && existsSync(join(at, 'migrations'))) return join(at, 'examples');
    if (dirname(at) === at) return null;
  }
}

/** The example that an empty home begins with. */
export const FIRST_EXAMPLE = 'shortcut.yaml';

/** All examples, the first one first. */
export function listExamples(folder = examplesFolder()): Example[] {
  if (folder === null) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  files.sort((a, b) => Number(b === FIRST_EXAMPLE) - Number(a === FIRST_EXAMPLE) || a.localeCompare(b));
  return files.map((file) => ({ file, text: readFileSync(entryOf(folder, file), 'utf8') }));
}

/** The first example, checked, where a home has no study at all; else null. */
export function exampleForEmpty(store: Store): { study: Study; text: string } | null {
  const known = [{}, { trashed: true }, { archived: true }].some((which) => store.listStudies(which).length > 0);
  const example = listExamples().find(({ file }) => file === FIRST_EXAMPLE);
  if (known || example === undefined) return null;
  return { study: parseStudy(example.text, `examples/${example.file}`), text: example.text };
}
