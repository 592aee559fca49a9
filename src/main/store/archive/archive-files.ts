/**
 * The files beside the rows of a study: checkpoints and KL references of its runs, imported data sets with their pictures. Deliberately
 * absent: models, which are named by hash (manifest.ts); pictures of embedded questions, which are drawn from the scenes in the rows.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import type { CheckpointChoice } from '../../../shared/kinds/checkpoint-choice.ts';
import { entryOf } from '../../model/io/path-names.ts';
import { datasetFolder, openDataset } from '../../tasks/import/dataset-folder.ts';
import { IMAGE_HASHES } from '../../tasks/import/image-hashes.ts';
import { safeImagePath } from '../../tasks/import/image-path.ts';
import { runFolder } from '../open/home.ts';
import { checkpointPlace, isItsOwn } from '../read/checkpoint-place.ts';
import type { ReadStore } from '../store.ts';

/** A file (or, `text`, what stands for it) and its name within the archive. */
export interface FileToPack {
  readonly path: string;
  readonly from: string;
  readonly text?: string;
}

/** What is packed, and which checkpoints are among it. */
export interface FilesToPack {
  readonly files: readonly FileToPack[];
  readonly hasCheckpoint: (run: number, step: number) => boolean;
  readonly datasets: readonly { readonly name: string; readonly questionsHash: string }[];
}

/** Looks up the files of a study. A checkpoint whose folder is gone is left out. @throws SophiaError when a data set or picture is missing. */
export function filesToPack(store: ReadStore, studyId: number, choice: CheckpointChoice): FilesToPack {
  const files: FileToPack[] = [];
  const kept = new Set<string>();
  const names = new Set<string>();
  for (const { id } of store.listRuns({ studyId })) {
    const folder = runFolder(store.paths, id);
    const points = store.checkpoints(id).filter((_, i) => choice === 'all' || (choice === 'last' && i === 0));
    for (const point of points) {
      const { step } = point;
      const from = checkpointPlace(store.paths, point);
      if (from === null || !isItsOwn(store.paths, point) || !existsSync(from)) continue;
      kept.add(`${id}/${step}`);
      files.push(...filesUnder(from, `runs/${id}/checkpoints/${from.split(/[/\\]/).at(-1)}`));
    }
    const reference = join(folder, 'reference');
    if (points.length > 0 && existsSync(reference)) files.push(...filesUnder(reference, `runs/${id}/reference`));
    const { source = 'embedded' } = store.run(id).settings.data ?? {};
    if (source !== 'embedded') names.add(source);
  }
  const datasets = [...names].map((name) => packDataset(store.paths.home, name, files));
  return { files, hasCheckpoint: (run, step) => kept.has(`${run}/${step}`), datasets };
}

/** Adds a data set's files; pictures that lie outside its folder come into it. */
function packDataset(home: string, name: string, files: FileToPack[]): { name: string; questionsHash: string } {
  const folder = datasetFolder(home, name);
  const { manifest, questions } = openDataset(home, name);
  const root = manifest.imageRoot ?? join(folder, 'images');
  const text = `${JSON.stringify({ ...manifest, source: manifest.source.split(/[/\\]/).at(-1), imageRoot: null }, null, 2)}\n`;
  files.push({ path: `datasets/${name}/manifest.json`, from: join(folder, 'manifest.json'), text });
  const own = ['questions.jsonl', 'problems.jsonl', ...(manifest.imagesHash === undefined ? [] : [IMAGE_HASHES])];
  for (const file of own) files.push({ path: `datasets/${name}/${file}`, from: entryOf(folder, file) });
  const images = new Set(questions.flatMap(({ image }) => (image?.kind === 'file' ? [image.path] : [])));
  for (const image of images) {
    const safe = safeImagePath(image, root);
    if ('reason' in safe) throw new SophiaError('data', `Data set ${name}: ${safe.reason}.`, 'Put the image back.');
    files.push({ path: `datasets/${name}/images/${safe.path}`, from: join(root, safe.path) });
  }
  return { name, questionsHash: manifest.questionsHash };
}

/** The files below a folder (or the file itself), under `to`, in name order. */
function filesUnder(from: string, to: string): FileToPack[] {
  const entries = existsSync(from) ? readEntries(from) : [];
  if (entries === null) return [{ path: to, from }];
  return entries.map((name) => ({ path: `${to}/${name}`, from: join(from, name) }));
}

function readEntries(folder: string): string[] | null {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}
