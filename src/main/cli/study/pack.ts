/** `sophia study pack STUDY|FILE`: its runs as a folder that trains wherever there is Python and a GPU, by hand or as a SLURM array. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import { type PlannedRun, planRuns, type Study, studyHash } from '../../../shared/study/study.ts';
import { resolveHome } from '../../store/open/home.ts';
import type { ReadStore } from '../../store/store.ts';
import { PACK_TARGETS, type PackTarget } from '../../trainers/trl/pack/site-files.ts';
import { plain } from '../common/print-rows.ts';
import type { GlobalOptions } from '../common/verb.ts';
import { changedStudy, type StudyChanges, withStudyChanges } from './study-changes.ts';

interface Options extends GlobalOptions, StudyChanges {
  for: PackTarget;
  out: string;
}

/** Adds the sub-verb. */
export function defineStudyPack(command: Command): void {
  withStudyChanges(
    command
      .command('pack <study>')
      .description(
        'Write the runs of a study or study file, those not begun here, as a folder to train elsewhere by TRL.',
      )
      .addOption(new Option('--for <target>', 'by hand, or as a SLURM array').choices(PACK_TARGETS).default('folder'))
      .requiredOption('--out <folder>', 'the folder, new or empty'),
  ).action((study: string, _options, self: Command) => pack(study, self.optsWithGlobals<Options>()));
}

async function pack(reference: string, options: Options): Promise<void> {
  const home = resolveHome(options.home);
  const { study, yaml, runs } = existsSync(reference)
    ? fromFile(reference, options)
    : await fromHome(reference, home, options);
  await refuse(runs, home, reference);
  const { isFree, writePackage } = await import('../../trainers/trl/pack/write-package.ts');
  const { writeSiteFiles } = await import('../../trainers/trl/pack/site-files.ts');
  const { extraPackages } = await import('../../trainers/trl/extras.ts');
  const { codeVersion } = await import('../../trainers/native/code-version.ts');
  const out = resolve(options.out);
  if (!isFree(out)) throw new SophiaError('usage', `${out} is not empty.`, 'Name a new folder with --out.');
  const part = `${out}.part-${process.pid}`;
  try {
    mkdirSync(dirname(out), { recursive: true });
    const models = await writePackage(
      runs.map((run) => ({ ...run, name: `${run.variant}-${run.seed}` })),
      {
        home,
        folder: part,
        codeVersion: codeVersion(),
        study: { name: study.name, hash: studyHash(study), yaml },
        progress: (name, done, total) => console.error(`${done + 1} of ${total}: ${name}`),
      },
    );
    const extras = extraPackages(runs.map(({ settings }) => settings));
    const missing = writeSiteFiles(part, options.for, { study: study.name, runs: runs.length, models, extras });
    if (existsSync(out)) rmSync(out, { recursive: true });
    renameSync(part, out);
    const toBring = missing.map(({ name, variable, folder }) => ({ name, variable, folder }));
    if (options.json)
      return console.log(JSON.stringify({ folder: out, study: study.name, runs: runs.length, models: toBring }));
    console.log(`${out}: ${plain(study.name)}, ${runs.length} runs. Next: its README.md; paths go into site.env.`);
    for (const { variable, folder } of toBring)
      console.log(`Copy the model ${plain(folder)} there too and set ${variable} in site.env.`);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** What is packed. */
interface ToPack {
  readonly study: Study;
  readonly yaml: string;
  readonly runs: readonly PlannedRun[];
}

function fromFile(file: string, options: Options): ToPack {
  const { study, yaml } = changedStudy(file, options);
  return { study, yaml, runs: planRuns(study) };
}

/** The runs of a study of the home that have not begun. */
async function fromHome(reference: string, home: string, { seeds, set }: Options): Promise<ToPack> {
  if (seeds !== undefined || set.length > 0)
    throw new SophiaError('usage', `--seeds and --set change a study file; ${reference} is a study of this home.`);
  const { openStore } = await import('../../store/store.ts');
  const store: ReadStore = openStore(home, { readonly: true });
  try {
    const id = store.findStudy(reference);
    const { plan, yaml, name } = store.study(id);
    const fresh = new Set(
      store
        .listRuns({ studyId: id })
        .flatMap(({ attempt, variant, seed }) => (attempt === 0 ? [`${variant}/${seed}`] : [])),
    );
    const runs = planRuns(plan).filter(({ variant, seed }) => fresh.has(`${variant}/${seed}`));
    if (runs.length > 0) return { study: plan, yaml, runs };
    throw new SophiaError('conflict', `Every run of study ${name} was begun here.`, 'Pack its file, for another home.');
  } finally {
    store.close();
  }
}

async function refuse(runs: readonly PlannedRun[], home: string, reference: string): Promise<void> {
  const { clusterOnly, trlRefusals } = await import('../../trainers/trl/settings-table.ts');
  const { nameProblems } = await import('../../trainers/name-problems.ts');
  for (const { settings } of runs) {
    if (settings.trainer !== 'trl')
      throw new SophiaError(
        'usage',
        `${reference} is trained by trainer ${settings.trainer}, which runs here only.`,
        'Add --set trainer=trl, or `trainer: trl` to its settings.',
      );
    const [problem] = [...trlRefusals(settings), ...clusterOnly(settings), ...nameProblems(settings, home)];
    if (problem !== undefined) throw problem;
  }
}
