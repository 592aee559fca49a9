/** `sophia study archive|import|unlock|verify`: a study as one file, and back. */

import { type Command, Option } from 'commander';
import { CHECKPOINT_CHOICES, type CheckpointChoice } from '../../../shared/kinds/checkpoint-choice.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { EngineParts } from '../../engine/engine-options.ts';
import { resolveHome } from '../../store/open/home.ts';
import { plain } from '../common/print-rows.ts';
import { STOP_SIGNALS } from '../common/stop-signal.ts';
import type { GlobalOptions } from '../common/verb.ts';

/** Adds the sub-verbs. */
export function defineStudyArchive(command: Command, parts: EngineParts): void {
  command
    .command('archive <study>')
    .description('Write a study to one file: rows, settings, data sets, checkpoints, hashes of everything.')
    .requiredOption('--out <file>', 'the file, such as study.sophia.zip')
    .addOption(
      new Option('--checkpoints <which>', 'checkpoints to include for each run')
        .choices(namesOf(CHECKPOINT_CHOICES))
        .default('last'),
    )
    .action((study: string, _options, self: Command) => archive(study, self.optsWithGlobals<ArchiveVerbOptions>()));
  command
    .command('import <file>')
    .description('Import a study from an archive, read-only.')
    .option('--expect <hash>', 'refuse it unless its manifest has this hash')
    .option('--unlock', 'allow its runs to be resumed here')
    .action((file: string, _options, self: Command) => importStudy(file, self.optsWithGlobals<ImportVerbOptions>()));
  command
    .command('unlock <study>')
    .description('Allow the runs of an imported study to be resumed.')
    .action((study: string, _options, self: Command) => unlock(study, self.optsWithGlobals<GlobalOptions>()));
  command
    .command('verify <file>')
    .description('Repeat a run of an archive and compare rows and weights bit by bit.')
    .option('--run <run>', 'its name, or VARIANT/SEED (default: the first finished one)')
    .option('--expect <hash>', 'refuse the archive unless its manifest has this hash')
    .action((file: string, _options, self: Command) => verify(file, self.optsWithGlobals<VerifyVerbOptions>(), parts));
}

interface ArchiveVerbOptions extends GlobalOptions {
  readonly out: string;
  readonly checkpoints: CheckpointChoice;
}

interface ImportVerbOptions extends GlobalOptions {
  readonly expect?: string;
  readonly unlock?: boolean;
}

interface VerifyVerbOptions extends GlobalOptions {
  readonly run?: string;
  readonly expect?: string;
}

async function archive(reference: string, options: ArchiveVerbOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const { archiveToFile } = await import('../../store/archive/write-archive.ts');
  const { programVersion } = await import('../../engine/program-version.ts');
  const store = openStore(resolveHome(options.home), { readonly: true });
  try {
    const { out, checkpoints } = options;
    const made = await archiveToFile(store, store.findStudy(reference), out, {
      checkpoints,
      program: programVersion(),
    });
    const { study, files } = made.manifest;
    if (options.json)
      return console.log(
        JSON.stringify({ file: out, bytes: made.bytes, hash: made.hash, study: study.name, runs: study.runs }),
      );
    console.log(
      `${out}: ${study.name}, ${study.runs} runs, ${files.length} files, ${(made.bytes / 2 ** 20).toFixed(1)} MiB`,
    );
    console.log(`hash of the manifest: ${made.hash}`);
  } finally {
    store.close();
  }
}

async function importStudy(file: string, options: ImportVerbOptions): Promise<void> {
  const home = resolveHome(options.home);
  const { openStore } = await import('../../store/store.ts');
  const { importArchive } = await import('../../store/archive/import-archive.ts');
  const store = openStore(home);
  try {
    await (await import('../../store/open/leftovers.ts')).clearLeftovers(store.paths);
    await (await import('../../store/write/slices/remove.ts')).settleUnfinished(store);
    const { name, runs, hash, studyId } = await importArchive(
      store,
      file,
      options.expect ? { expect: options.expect } : {},
    );
    if (options.unlock) store.unlockStudy(studyId);
    if (options.json)
      return console.log(JSON.stringify({ study: name, runs, hash, unlocked: options.unlock ?? false }));
    console.log(
      `Study ${plain(name)}: ${runs} runs${options.unlock ? '' : ', read-only (`study unlock` allows them to be resumed)'}.`,
    );
    console.log(`hash of the manifest: ${hash}`);
  } finally {
    store.close();
  }
}

async function unlock(reference: string, options: GlobalOptions): Promise<void> {
  const { openStore } = await import('../../store/store.ts');
  const store = openStore(resolveHome(options.home));
  try {
    const id = store.findStudy(reference);
    store.unlockStudy(id);
    const { name } = store.study(id);
    console.log(
      options.json ? JSON.stringify({ study: name, unlocked: true }) : `The runs of ${plain(name)} can now be resumed.`,
    );
  } finally {
    store.close();
  }
}

async function verify(file: string, options: VerifyVerbOptions, parts: EngineParts): Promise<void> {
  const { verifyArchive } = await import('../../engine/verify-archive.ts');
  const stopping = new AbortController();
  for (const signal of STOP_SIGNALS) process.once(signal, () => stopping.abort());
  const { run, expect } = options;
  const found = await verifyArchive(file, {
    ...parts,
    ...(run !== undefined && { run }),
    ...(expect !== undefined && { expect }),
    signal: stopping.signal,
    onEvent: (event) => {
      if (event.kind === 'step' && process.stderr.isTTY) process.stderr.write(`\rstep ${event.step}`);
    },
  });
  if (!found.identical) process.exitCode = 1;
  if (options.json) return console.log(JSON.stringify(found, null, 2));
  const which = `${found.run} (${found.variant}, seed ${found.seed})`;
  console.log(`${plain(which)}: ${found.identical ? `identical, weights and ${found.rows} rows` : 'NOT identical'}`);
  for (const line of found.differences) console.log(`  ${plain(line)}`);
  if (found.environment.length > 0) console.log('The environment differs, so identical bits are not guaranteed:');
  for (const line of found.environment) console.log(`  ${plain(line)}`);
  console.log(`hash of the manifest: ${found.manifestHash}`);
}
