/** `sophia model import|export`: brings a checkpoint folder (or an adapter with its base) into the home, takes a run's model out of it. */

import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { SophiaError } from '../../../shared/errors.ts';
import type { GlobalOptions } from '../common/verb.ts';

interface ImportOptions extends GlobalOptions {
  name?: string;
  base?: string;
  link?: boolean;
}

interface ExportOptions extends GlobalOptions {
  merged?: boolean;
  adapter?: boolean;
  step?: string;
  out: string;
}

/** Adds the sub-verbs. */
export function defineTransfer(command: Command): void {
  command
    .command('import <folder>')
    .description('Import a checkpoint folder, or a PEFT adapter joined to its base model, as a model of the home.')
    .option('--name <name>', "its name (default: the folder's)")
    .option('--link', 'link to the folder instead of copying it')
    .option('--base <model>', 'the model that an adapter was trained on: both are joined')
    .action((folder: string, _options, self: Command) => importOne(folder, self.optsWithGlobals<ImportOptions>()));
  command
    .command('export <run>')
    .description("Write a run's newest model as a Hugging Face folder, or its LoRA adapter as a PEFT folder.")
    .option('--merged', 'the whole model, adapters merged in (default)')
    .option('--adapter', 'the LoRA adapter alone')
    .option('--step <n>', 'of the checkpoint of this step (default: the newest)')
    .requiredOption('--out <folder>', 'folder to write; must not be there yet')
    .action((run: string, _options, self: Command) => exportOne(run, self.optsWithGlobals<ExportOptions>()));
}

async function importOne(folder: string, { home, json, name, base, link = false }: ImportOptions): Promise<void> {
  const { resolveHome } = await import('../../store/open/home.ts');
  const { importModel } = await import('../../model/folder/model-library.ts');
  const place = resolveHome(home);
  const called = name ?? basename(resolve(folder));
  const model =
    base === undefined
      ? await importModel(place, folder, { name: called, link })
      : await (await import('../../model/folder/join-adapter.ts')).importAdapter(place, folder, base, called);
  console.log(
    json
      ? JSON.stringify({ name: model.name, folder: model.folder, linked: model.linked })
      : `Model "${model.name}" ${model.linked ? 'linked' : 'imported'}: ${model.folder}. In a study: model: { policy: ${model.name} }`,
  );
}

async function exportOne(reference: string, { home, json, merged, adapter, step, out }: ExportOptions): Promise<void> {
  if (merged === true && adapter === true)
    throw new SophiaError('usage', 'Give one of --merged and --adapter.', 'Export twice to have both.');
  const { existsSync } = await import('node:fs');
  if (existsSync(out)) throw new SophiaError('usage', `${out} is there already.`, 'Name a new folder.');
  const { openStore } = await import('../../store/store.ts');
  const { resolveHome } = await import('../../store/open/home.ts');
  const { checkpointPlace, isOnDisk } = await import('../../store/read/checkpoint-place.ts');
  const store = openStore(resolveHome(home), { readonly: true });
  try {
    const id = store.findRun(reference);
    const there = store.checkpoints(id).filter((checkpoint) => isOnDisk(store.paths, checkpoint));
    const chosen = step === undefined ? there[0] : there.find((checkpoint) => checkpoint.step === Number(step));
    const place = chosen === undefined ? null : checkpointPlace(store.paths, chosen);
    if (chosen === undefined || place === null)
      throw new SophiaError(
        'usage',
        `Run ${store.run(id).name} has no checkpoint ${step === undefined ? 'on this machine' : `of step ${step}`}.`,
        there.length === 0 ? undefined : `It has: ${there.map((one) => one.step).join(', ')}.`,
      );
    const { exportCheckpoint } = await import('../../train/checkpoint.ts');
    const form = adapter === true ? 'adapter' : 'merged';
    exportCheckpoint(place, form, resolve(out));
    console.log(
      json
        ? JSON.stringify({ run: id, step: chosen.step, form, out: resolve(out) })
        : `Step ${chosen.step} of run ${store.run(id).name}, ${form}: ${out}`,
    );
  } finally {
    store.close();
  }
}
