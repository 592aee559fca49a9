/**
 * Imported data sets on disk: HOME/datasets/NAME with manifest.json, questions.jsonl, problems.jsonl and (for images that came inside
 * the data file) images/. Image files that lie in folders of their own stay there; the manifest says where. Written as a whole.
 */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { SophiaError } from '../../../shared/errors.ts';
import { DATA_FORMATS } from '../../../shared/kinds/data-format.ts';
import { imagePaths, type Question } from '../../../shared/question.ts';
import { NAME } from '../../../shared/study/study.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import { refuseLostHome } from '../../model/home/home-marks.ts';
import { imageSize, readImage } from '../../model/image/decode-image.ts';
import type { ImageSize } from '../../model/image/resize.ts';
import type { RgbPixels } from '../../model/image/rgb-pixels.ts';
import { atomicFolder, removeFolder, writeSynced } from '../../model/io/atomic-write.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import { jsonOf } from '../../model/io/json-file.ts';
import { entryOf, inside, pathFault } from '../../model/io/path-names.ts';
import { IMAGE_HASHES, type ImageHashes, imageHashesText, readImageHashes, sha256Of } from './image-hashes.ts';
import { safeImagePath } from './image-path.ts';
import { type ImportOptions, type ImportResult, importDataset } from './import-dataset.ts';
import { importedQuestionSchema } from './imported-question.ts';
import { readLines } from './read-text.ts';
import { type ImportProblem, importProblemSchema } from './record/raw-record.ts';

/** What manifest.json holds. */
const manifestSchema = z.object({
  name: z.string(),
  format: z.string(),
  source: z.string(), // the data file, absolute
  sourceHash: z.string(), // sha256 of the data file
  questionsHash: z.string(), // sha256 of questions.jsonl: two sets with the same one ask the same
  questions: z.int(),
  problems: z.int(),
  /** Questions by split, and what splits share with the one that is trained on; sets of older versions do not tell. */
  splits: z.record(z.string(), z.int()).optional(),
  overlaps: z
    .array(z.object({ split: z.string(), questions: z.int(), pictures: z.int(), texts: z.int() }))
    .readonly()
    .optional(),
  imageRoot: z.string().nullable(), // absolute; null: images/ of this folder
  benchmark: z.string().optional(), // the published benchmark whose file it was imported as
  imagesHash: z.string().optional(), // sha256 of images.sha256; not there in data sets that were imported before it was
  importedAt: z.string(),
});

/** What is known of an imported data set without reading its questions. */
export type DatasetManifest = z.infer<typeof manifestSchema>;

/** An opened data set: its questions, and the decoded picture of any of them (the one `at`, from 0, where it has several). */
export interface Dataset {
  readonly manifest: DatasetManifest;
  readonly questions: readonly Question[];
  readonly loadImage: (question: Question, at?: number, maxPixels?: number) => RgbPixels;
  readonly sizeOf: (question: Question, at: number) => ImageSize; // by the file's header
}

/** True for what may name an imported data set: a folder's name on every platform, and not that of the questions that are made. */
export const isDatasetName = (name: string): boolean =>
  NAME.test(name) && pathFault(name) === null && name.toLowerCase() !== 'embedded';

/** Folder of the data sets of a home. */
const datasetsFolder = (home: string): string => join(home, 'datasets');

/** Folder of one data set. @throws SophiaError 'data' for a name that would lead elsewhere. */
export const datasetFolder = (home: string, name: string): string => inside(datasetsFolder(home), name);

/**
 * Imports a data file and stores it under its name, replacing an older import of that name; `keepImages` copies its image files too.
 * @throws SophiaError when no record is usable.
 */
export async function storeDataset(
  home: string,
  file: string,
  options: ImportOptions & { readonly keepImages?: boolean },
): Promise<{ manifest: DatasetManifest; result: ImportResult }> {
  if (!isDatasetName(options.name)) {
    throw new SophiaError(
      'usage',
      `"${options.name}" cannot name a data set.`,
      'Use letters, digits, dots and dashes (--name), not "embedded".',
    );
  }
  const folder = datasetFolder(home, options.name);
  refuseLostHome(folder);
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(join(dirname(folder), `.${options.name}-images-`));
  try {
    const keepImage = keeperIn(staging);
    const keepAll = DATA_FORMATS[options.format].holdsImages || (options.keepImages ?? false);
    let result = await importDataset(file, { ...options, keepImage, keepAll });
    // Pictures lie in one place: where the file holds some of them, those beside it are copied too.
    if (result.kept > 0 && result.linked > 0)
      result = await importDataset(file, { ...options, keepImage, keepAll: true });
    return {
      manifest: writeDataset(folder, file, options, result, keepAll || result.kept > 0 ? staging : null),
      result,
    };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Keeps images under their hash, so that one used by many questions is there once. */
function keeperIn(staging: string): (bytes: Uint8Array, extension: string) => string {
  return (bytes, extension) => {
    const name = `${sha256Of(bytes).slice(0, 32)}.${extension}`;
    if (!existsSync(entryOf(staging, name))) writeSynced(entryOf(staging, name), bytes);
    return name;
  };
}

/** Writes the folder; `images` is the folder of the images that came inside the data file, null when they stay where they are. */
function writeDataset(
  folder: string,
  file: string,
  options: ImportOptions,
  result: ImportResult,
  images: string | null,
): DatasetManifest {
  if (result.questions.length === 0) {
    const first = result.problems[0];
    throw new SophiaError(
      'data',
      `${file} has no usable record${first ? `: line ${first.line} ${first.reason}` : ''}.`,
    );
  }
  const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const questions = lines(result.questions);
  const hashes = result.imageHashes === null ? null : imageHashesText(result.imageHashes);
  const manifest: DatasetManifest = {
    name: options.name,
    format: options.format,
    source: resolve(file),
    sourceHash: result.sourceHash,
    questionsHash: sha256Of(questions),
    questions: result.questions.length,
    problems: result.problems.length,
    splits: Object.fromEntries(
      [...groupBy(result.questions, ({ split }) => split)].map(([split, own]) => [split, own.length]),
    ),
    overlaps: result.overlaps,
    imageRoot: images === null ? result.imageRoot : null,
    ...(options.benchmark !== undefined && { benchmark: options.benchmark }),
    ...(hashes !== null && { imagesHash: sha256Of(hashes) }),
    importedAt: new Date().toISOString(),
  };
  atomicFolder(folder, (to) => {
    writeSynced(join(to, 'questions.jsonl'), questions);
    writeSynced(join(to, 'problems.jsonl'), lines(result.problems));
    if (hashes !== null) writeSynced(join(to, IMAGE_HASHES), hashes);
    if (images !== null) renameSync(images, join(to, 'images'));
    writeSynced(join(to, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  });
  return manifest;
}

/** The data sets of a home by name; a folder without a readable manifest is left out. */
export function listDatasets(home: string): DatasetManifest[] {
  const folder = datasetsFolder(home);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && isDatasetName(entry.name),
  );
  return names.flatMap((entry) => {
    const manifest = readManifest(inside(folder, entry.name));
    return manifest === null ? [] : [{ ...manifest, name: entry.name }];
  });
}

/** What the folder of a data set says it is; null where it says nothing that can be read. */
export function readManifest(folder: string): DatasetManifest | null {
  return manifestSchema.safeParse(jsonOf(join(folder, 'manifest.json'))).data ?? null;
}

/** The records that an import left out, in order. @throws SophiaError 'usage' when there is no such data set. */
export function datasetProblems(home: string, name: string): ImportProblem[] {
  openManifest(home, name);
  const path = join(datasetFolder(home, name), 'problems.jsonl');
  return Array.from(readLines(path), ({ line, text }) => {
    const problem = importProblemSchema.safeParse(parsedJson(text));
    if (problem.success) return problem.data;
    throw new SophiaError('data', `${path}: line ${line} is damaged.`, 'Import the data set again.');
  });
}

/** Removes an imported data set; image files that lie elsewhere stay. @throws SophiaError 'usage' when there is none. */
export async function removeDataset(home: string, name: string): Promise<void> {
  openManifest(home, name);
  await removeFolder(datasetFolder(home, name));
}

/** What is known of the data set of a name. @throws SophiaError 'usage' when there is none. */
export function openManifest(home: string, name: string): DatasetManifest {
  if (isDatasetName(name)) {
    const manifest = readManifest(datasetFolder(home, name));
    if (manifest !== null) return { ...manifest, name };
  }
  const known = listDatasets(home).map((dataset) => dataset.name);
  const fix = known.length > 0 ? `There are: ${known.join(', ')}.` : 'Import one with: bin/sophia data import FILE';
  throw new SophiaError('usage', `There is no data set "${name}".`, fix);
}

/** Opens a data set by name. @throws SophiaError 'usage' when there is none, 'data' when its files are broken or were altered since its import. */
export function openDataset(home: string, name: string): Dataset {
  const manifest = openManifest(home, name);
  const folder = datasetFolder(home, name);
  const path = join(folder, 'questions.jsonl');
  const questions: Question[] = [];
  for (const { line, text } of readLines(path)) {
    const question = importedQuestionSchema.safeParse(parsedJson(text));
    if (!question.success)
      throw new SophiaError('data', `${path}: line ${line} is damaged.`, 'Import the data set again.');
    questions.push(question.data);
  }
  if (contentHash(path).hash !== manifest.questionsHash)
    throw new SophiaError(
      'data',
      `${path} was altered (its hash is not the one of manifest.json).`,
      'Put it back or import the data set again.',
    );
  const imageRoot = manifest.imageRoot ?? join(folder, 'images');
  const hashes = readImageHashes(folder, manifest.imagesHash);
  const loadImage: Dataset['loadImage'] = (question, at = 0, maxPixels = undefined) => {
    const { path, sha256 } = imageFileOf(question, at, imageRoot, hashes);
    return readImage(path, { sha256, maxPixels });
  };
  const sizeOf: Dataset['sizeOf'] = (question, at) => imageSize(imageFileOf(question, at, imageRoot, null).path);
  return { manifest, questions, loadImage, sizeOf };
}

/** The file of a question's picture, and what its hash must be. */
function imageFileOf(question: Question, at: number, imageRoot: string, hashes: ImageHashes | null) {
  const path = imagePaths(question)[at];
  if (path === undefined) throw new SophiaError('internal', `Question ${question.id} has no image file ${at + 1}.`);
  const safe = safeImagePath(path, imageRoot);
  if ('reason' in safe)
    throw new SophiaError(
      'data',
      `Question ${question.id}: ${safe.reason}.`,
      'Put the image back or import the data set again.',
    );
  return { path: join(imageRoot, safe.path), sha256: hashes?.get(path) };
}
