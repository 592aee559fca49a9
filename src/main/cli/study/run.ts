/** `sophia study run FILE`: every variant x seed of a study file, K at a time, and its table at the end. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { BACKENDS } from '../../../shared/kinds/backend.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { parseStudy, type Study, studyHash, studyYaml } from '../../../shared/study/study.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import type { Store } from '../../store/store.ts';
import { whole } from '../common/numbers.ts';
import { printStudy } from '../common/print-study.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { readStudyFile } from './read-study-file.ts';

interface Options extends GlobalOptions {
  seeds?: number[];
  set: string[];
  parallel?: number;
  backend?: Settings['backend'];
  resume?: boolean;
}

/** Adds the sub-verb. */
export function defineStudyRun(command: Command, parts: EngineParts): void {
  command
    .command('run')
    .description('Run every variant x seed of a study file and print its table.')
    .argument('<file>', 'study file (YAML)')
    .option('--seeds <list>', "seeds to use instead of the file's, such as 0,1,2", readSeeds)
    .option(
      '--set <a.b=c>',
      'change a setting of all variants; may be repeated',
      (value, all: string[]) => [...all, value],
      [],
    )
    .option('--parallel <k>', 'runs at a time; they share the cores', whole(1, 256))
    .addOption(new Option('--backend <name>', 'tensor backend of all runs').choices(namesOf(BACKENDS)))
    .option('--resume', 'resume this study where it stopped')
    .action((file: string, _options, self: Command) => studyRun(file, self.optsWithGlobals<Options>(), parts));
}

async function studyRun(file: string, options: Options, parts: EngineParts): Promise<void> {
  const text = readStudyFile(file);
  const { seeds, backend, set } = options;
  const study = parseStudy(text, file, { set, ...(seeds && { seeds }), ...(backend && { backend }) });
  const changed = seeds !== undefined || backend !== undefined || set.length > 0;
  const { resolveHome } = await import('../../store/open/home.ts');
  const { runInProcess } = await import('../common/run-in-process.ts');
  let studyId = 0;
  await runInProcess({
    parts,
    home: resolveHome(options.home),
    ...(options.parallel !== undefined && { parallel: options.parallel }),
    begin(engine) {
      refuseUnaskedResume(engine.store, study, options);
      studyId = engine.startStudy(study, changed ? studyYaml(study) : text).studyId;
      return engine.store.listRuns({ studyId });
    },
    async end(engine) {
      await printStudy(engine.store, studyId, options.json === true);
      const failed = engine.store.listRuns({ studyId }).filter((run) => run.state !== 'finished');
      if (failed.length > 0) process.exitCode = 1;
      for (const run of failed)
        console.error(`sophia: ${run.name} (${run.variant} seed ${run.seed}) ${run.state}: ${run.reason ?? ''}`);
    },
  });
}

/** A study that was begun before is not silently gone on with. */
function refuseUnaskedResume(store: Store, study: Study, options: Options): void {
  if (options.resume) return;
  const known = store.listStudies({ archived: true }).find(({ hash }) => hash === studyHash(study));
  if (known === undefined || known.stepsDone === 0 || known.states.finished === known.runs) return;
  throw new SophiaError(
    'usage',
    `Study "${known.name}" already exists in this home, and ${known.runs - (known.states.finished ?? 0)} of its ${known.runs} runs are not finished.`,
    'Add --resume to resume them.',
  );
}

function readSeeds(text: string): number[] {
  const seeds = text.split(',').map((seed) => Number(seed.trim() || Number.NaN));
  if (seeds.some((seed) => !Number.isInteger(seed) || seed < 0 || seed > 4294967295)) {
    throw new InvalidArgumentError('Give comma-separated whole numbers, such as 0,1,2.');
  }
  return seeds;
}
