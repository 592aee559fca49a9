/** `sophia study run FILE`: every variant x seed of a study file, K at a time, and its table at the end. */

import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { sameArms } from '../../../shared/study/same-arms.ts';
import { type Study, studyHash } from '../../../shared/study/study.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import type { Store } from '../../store/store.ts';
import { whole } from '../common/numbers.ts';
import { printStudy } from '../common/print-study.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { changedStudy, type StudyChanges, withBackend, withStudyChanges } from './study-changes.ts';

interface Options extends GlobalOptions, StudyChanges {
  parallel?: number;
  resume?: boolean;
  on?: string;
}

/** Adds the sub-verb. */
export function defineStudyRun(command: Command, parts: EngineParts): void {
  const run = command
    .command('run')
    .description('Run every variant x seed of a study file and print its table.')
    .argument('<file>', 'study file (YAML)');
  withBackend(withStudyChanges(run).option('--parallel <k>', 'runs at a time; they share the cores', whole(1, 256)))
    .option('--on <cluster>', 'run on this cluster (`sophia cluster list`) instead of this machine')
    .option('--resume', 'resume this study where it stopped')
    .action((file: string, _options, self: Command) => studyRun(file, self.optsWithGlobals<Options>(), parts));
}

async function studyRun(file: string, options: Options, parts: EngineParts): Promise<void> {
  const { study, yaml } = changedStudy(file, options);
  const { resolveHome } = await import('../../store/open/home.ts');
  const { runInProcess } = await import('../common/run-in-process.ts');
  let studyId = 0;
  await runInProcess({
    parts,
    home: resolveHome(options.home),
    ...(options.parallel !== undefined && { parallel: options.parallel }),
    async begin(engine) {
      refuseUnaskedResume(engine.store, study, options);
      refuseRepeats(engine.store, study, file);
      const { on } = options;
      const started = on === undefined ? engine.startStudy(study, yaml) : await engine.startStudyOn(on, study, yaml);
      studyId = started.studyId;
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

/** The same training under two names does not run twice; one that is a built-in variant under another name is pointed out. */
function refuseRepeats(store: Store, study: Study, file: string): void {
  if (store.listStudies({ archived: true }).some(({ hash }) => hash === studyHash(study))) return; // begun before
  const same = sameArms(study);
  const [twice] = same.filter(({ isTwice }) => isTwice);
  if (twice !== undefined)
    throw new SophiaError(
      'usage',
      `${file}: variant "${twice.name}" trains exactly as "${twice.as}", so each of its runs would run twice.`,
      `Leave "${twice.name}" out; to compare a variant with itself (A/A), give it generation: { salt: 1 }.`,
    );
  for (const { name, as } of same) console.error(`sophia: variant "${name}" is the same as the built-in "${as}".`);
}
