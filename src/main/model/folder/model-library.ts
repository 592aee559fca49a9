/**
 * The models that have a name: the embedded ones (models/NAME of the program) and those a home has imported (HOME/models/NAME, copied
 * or linked). Importing checks every weight against config.json first. Deliberately absent: tensors (model-folder.ts loads them).
 */
import {
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { atomicFolder, removeFolder } from '../io/atomic-write.ts';
import { rememberedHash } from '../io/content-hash-thread.ts';
import { readWhole } from '../io/local-path.ts';
import { inside } from '../io/path-names.ts';
import { type CheckpointReport, reportCheckpoint, reportFault } from './checkpoint-report.ts';
import { EMBEDDED_MODELS, modelsFolder } from './find-model.ts';

/** A named model; `report` is null where its folder cannot be read, `problem` says why. */
export interface LibraryModel {
  readonly name: string;
  readonly kind: 'embedded' | 'imported';
  readonly folder: string;
  readonly linked: boolean; // its files stay where they were
  readonly report: CheckpointReport | null;
  readonly problem: string | null;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** What of a folder belongs to a model; anything else (optimiser states, pytorch_model.bin, .git) stays behind. */
export const MODEL_FILE = /\.(safetensors|json|jinja|txt|model)$|^README\.md$|^LICENSE/i;

/** Embedded models, then those of the home, by name. */
export function listModels(home?: string): LibraryModel[] {
  const of = (parent: string, kind: LibraryModel['kind']): LibraryModel[] =>
    (existsSync(parent) ? readdirSync(parent) : [])
      .filter((name) => NAME.test(name) && !isOtherThanFolder(join(parent, name)))
      .sort()
      .map((name) => describe(join(parent, name), name, kind));
  return [...of(EMBEDDED_MODELS, 'embedded'), ...(home === undefined ? [] : of(modelsFolder(home), 'imported'))];
}

/** What cannot be looked at (a link to itself, a folder of another user) counts as a folder: its own line tells what is wrong. */
function isOtherThanFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}

function describe(folder: string, name: string, kind: LibraryModel['kind']): LibraryModel {
  const linked = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  try {
    return { name, kind, folder, linked, report: reportCheckpoint(folder), problem: null };
  } catch (error) {
    return { name, kind, folder, linked, report: null, problem: (error as Error).message };
  }
}

/** The model's card (README.md), or null. */
export function modelCard(folder: string): string | null {
  const path = join(folder, 'README.md');
  return existsSync(path) ? readWhole(path) : null;
}

/**
 * sha256 over all files of a model's folder but hidden ones: every shard, the configuration, the tokenizer. Made in another thread and
 * remembered while the files stay; rejects where they cannot be read.
 */
export async function modelFilesHash(folder: string): Promise<string> {
  return (await rememberedHash(folder, { withoutHidden: true })).hash;
}

/** Throws `usage` for a name that no model can have or that a model of the home has. */
export function checkModelName(home: string, name: string): void {
  if (!NAME.test(name))
    throw new SophiaError(
      'usage',
      `"${name}" cannot name a model.`,
      'Use letters, digits, ".", "_" and "-", at most 64.',
    );
  if (listModels(home).some((model) => model.name === name))
    throw new SophiaError('usage', `There is already a model "${name}".`, 'Choose another name.');
}

/**
 * Imports a Hugging Face folder under a name: its model files are copied, or the folder is only linked to (`link`, for large weights
 * that stay where they are). @throws SophiaError when the name is taken or a weight does not fit config.json; nothing is left behind.
 */
export async function importModel(
  home: string,
  source: string,
  { name = basename(resolve(source)), link = false } = {},
): Promise<LibraryModel> {
  const from = resolve(source);
  checkModelName(home, name);
  if (!existsSync(from))
    throw new SophiaError('usage', `${from} not found.`, 'Give a folder with config.json and model.safetensors.');
  const { problems } = reportCheckpoint(from);
  const problem = reportFault(from, problems);
  if (problem !== null) throw problem;
  const target = inside(modelsFolder(home), name);
  mkdirSync(modelsFolder(home), { recursive: true });
  if (link) symlinkSync(from, target, 'junction');
  else await copyModel(from, target);
  return describe(target, name, 'imported');
}

/** Copies beside the target, synced, and takes its name at the end; large files are copied without holding up the process. */
async function copyModel(from: string, target: string): Promise<void> {
  const staging = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const names = readdirSync(from).filter((name) => MODEL_FILE.test(name) && statSync(join(from, name)).isFile());
    for (const name of names) {
      await copyFile(join(from, name), join(staging, name), constants.COPYFILE_FICLONE);
      const file = await open(join(staging, name), 'r+');
      await file.sync().finally(() => file.close());
    }
    atomicFolder(target, (folder) => {
      for (const name of names) renameSync(join(staging, name), join(folder, name));
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes an imported model; of a linked one only the link. @throws SophiaError for an embedded or unknown name. */
export async function removeModel(home: string, name: string): Promise<void> {
  const known = listModels(home).find((model) => model.name === name);
  if (known?.kind !== 'imported') throw new SophiaError('usage', `There is no imported model "${name}".`);
  if (known.linked) rmSync(known.folder, { force: true });
  else await removeFolder(known.folder);
}
