/** Importing a data set from the page (`sophia data import` in a process of its own, as files may be long), and removing one. */
import type { Category } from '../../../shared/question.ts';
import type { Program } from '../../jobs/verbs/command-line.ts';
import { runVerb } from '../run-verb.ts';
import { refuseNeeded, type WorkAndStore } from '../runs/refuse-busy.ts';
import { type FileSource, withSource } from '../uploads.ts';

const LONGEST_MS = 60 * 60_000;

/** How to read it: see `sophia data import --help`. */
export interface DatasetOptions {
  readonly name: string;
  readonly images?: string | undefined;
  readonly category?: Category | undefined;
  readonly split?: string | undefined;
}

/** Imports a file as a data set of the home. @throws SophiaError with the verb's own line, in the names that the user gave */
export async function importDataset(
  home: string,
  program: Program,
  source: FileSource,
  { name, images, category, split }: DatasetOptions,
  signal?: AbortSignal,
): Promise<void> {
  const flags = { '--name': name, '--images': images, '--category': category, '--split': split };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`]));
  const keep = source.batch === undefined ? [] : ['--keep-images'];
  await withSource(home, source, (file) =>
    runVerb(program, ['data', 'import', '--home', home, ...given, ...keep, '--', file], {
      timeoutMs: LONGEST_MS,
      signal,
    }),
  );
}

/** Removes a data set with its pictures. @throws SophiaError 'conflict' where a run at work needs it, 'usage' where there is none */
export async function removeUnneededDataset(place: WorkAndStore, name: string): Promise<void> {
  const { removeDataset } = await import('../../tasks/import/dataset-folder.ts');
  refuseNeeded(place, `Data set "${name}"`, ({ data }) => data.source === name);
  await removeDataset(place.store.paths.home, name);
}
