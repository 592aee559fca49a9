/** Options by which the command line changes a study file before it is used. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BACKENDS } from '../../../shared/kinds/backend.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { parseStudy, type Study, studyYaml } from '../../../shared/study/study.ts';
import { readStudyFile } from './read-study-file.ts';

/** Their values. */
export interface StudyChanges {
  seeds?: number[];
  set: string[];
  backend?: Settings['backend'];
}

/** Adds the options that change any study. */
export function withStudyChanges(command: Command): Command {
  return command
    .option('--seeds <list>', "seeds to use instead of the file's, such as 0,1,2", readSeeds)
    .option(
      '--set <a.b=c>',
      'change a setting of all variants; may be repeated',
      (value, all: string[]) => [...all, value],
      [],
    );
}

/** Adds the choice of a backend. */
export function withBackend(command: Command): Command {
  return command.addOption(new Option('--backend <name>', 'tensor backend of all runs').choices(namesOf(BACKENDS)));
}

/** The study of a file with its changes, and its text: the file's own where nothing was changed. */
export function changedStudy(
  file: string,
  { seeds, backend, set }: StudyChanges,
): { readonly study: Study; readonly yaml: string } {
  const text = readStudyFile(file);
  const study = parseStudy(text, file, { set, ...(seeds && { seeds }), ...(backend && { backend }) });
  const isChanged = seeds !== undefined || backend !== undefined || set.length > 0;
  return { study, yaml: isChanged ? studyYaml(study) : text };
}

function readSeeds(text: string): number[] {
  const seeds = text.split(',').map((seed) => Number(seed.trim() || Number.NaN));
  if (seeds.some((seed) => !Number.isInteger(seed) || seed < 0 || seed > 4294967295)) {
    throw new InvalidArgumentError('Give comma-separated whole numbers, such as 0,1,2.');
  }
  return seeds;
}
