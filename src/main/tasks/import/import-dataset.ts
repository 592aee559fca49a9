/**
 * Reads a data file into questions: the official SophiaVL-R1 JSON list, JSONL or Parquet. A record that cannot be used is reported
 * with its line and reason, and the others are kept. Nothing is written; see dataset-folder.ts for storing.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SophiaError } from '../../../shared/errors.ts';
import { DATA_FORMATS, type DataFormat, dataFormatOf } from '../../../shared/kinds/data-format.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import type { Category, Question, Split } from '../../../shared/question.ts';
import { checkImageSize, inspectImage } from '../../model/image/image-header.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import { type ImageHashes, sha256Of } from './image-hashes.ts';
import { safeImagePath } from './image-path.ts';
import { readJsonLines } from './json-lines.ts';
import { readJsonList } from './json-list.ts';
import { readParquetRows } from './parquet-rows.ts';
import type { ImportProblem, RawRecord } from './record/raw-record.ts';
import { type ParsedRecord, parseQuestion } from './record/to-question.ts';

const READERS = { sophia: readJsonList, jsonl: readJsonLines, parquet: readParquetRows } as const satisfies Record<
  DataFormat,
  (path: string) => Iterable<RawRecord> | AsyncIterable<RawRecord>
>;

export interface ImportOptions {
  readonly format: DataFormat;
  readonly name: string; // of the data set; question ids begin with it
  readonly imageRoot?: string | undefined; // folder of the images; default: the data file's own
  readonly category?: Category | undefined; // of records that name none
  readonly split?: Split | undefined;
  /** Keeps a copy of the image (Parquet files bring theirs along); returns its path in the data set's own image folder. */
  readonly keepImage?: ((bytes: Uint8Array, extension: string) => string) | undefined;
  /** Whether each image file is read and checked for its end; false looks only whether it is there. */
  readonly checkImages?: boolean;
  readonly onProgress?: (records: number) => void;
}

/** What an import found. */
export interface ImportResult {
  readonly questions: readonly Question[];
  readonly problems: readonly ImportProblem[];
  readonly imageRoot: string; // absolute; where paths of `file` images are relative to
  readonly sourceHash: string; // sha256 of the data file
  readonly imageHashes: ImageHashes | null; // null where pictures were not read (checkImages: false)
}

/** Imports a data file. @throws SophiaError 'usage' or 'data' when the file as a whole cannot be read. */
export async function importDataset(file: string, options: ImportOptions): Promise<ImportResult> {
  const path = resolve(file);
  const imageRoot = resolve(options.imageRoot ?? dirname(path));
  const questions: Question[] = [];
  const problems: ImportProblem[] = [];
  const lineOf = new Map<string, number>();
  const hashes = new Map<string, string>();
  let record = 0;
  for await (const raw of READERS[options.format](path)) {
    record++;
    const made = 'reason' in raw ? raw : questionOf(raw.value, record, options, imageRoot, { lineOf, hashes });
    if ('reason' in made) problems.push({ line: raw.line, record, reason: made.reason });
    else {
      lineOf.set(made.id, raw.line);
      questions.push(made);
    }
    options.onProgress?.(record);
  }
  const imageHashes = options.checkImages === false && !options.keepImage ? null : hashes;
  return { questions, problems, imageRoot, sourceHash: contentHash(path).hash, imageHashes };
}

/** The format that a file's ending stands for. @throws SophiaError 'usage' when it stands for none. */
export function formatOfName(file: string): DataFormat {
  const format = dataFormatOf(file);
  if (format) return format;
  throw new SophiaError(
    'usage',
    `The format of ${file} cannot be told from its name.`,
    `Give --format ${namesOf(DATA_FORMATS).join('|')}.`,
  );
}

/** What the records so far hold: the line of each id, the hash of each picture. */
interface Seen {
  readonly lineOf: ReadonlyMap<string, number>;
  readonly hashes: Map<string, string>;
}

function questionOf(
  value: unknown,
  ordinal: number,
  options: ImportOptions,
  imageRoot: string,
  { lineOf, hashes }: Seen,
): Question | { readonly reason: string } {
  const record = parseQuestion(value, { category: options.category ?? null, split: options.split ?? 'train' });
  if ('reason' in record) return record;
  const id = `${options.name}/${record.id ?? `record-${ordinal}`}`;
  if (lineOf.has(id)) return { reason: `id "${record.id}" is that of line ${lineOf.get(id)}` };
  const image = imageSource(record, options, imageRoot, hashes);
  if (image !== null && 'reason' in image) return image;
  const { category, answerType, split, template, text, answer } = record;
  return { id, category, answerType, split, template, text, answer, image, scene: null };
}

function imageSource(
  { image }: ParsedRecord,
  options: ImportOptions,
  imageRoot: string,
  hashes: Map<string, string>,
): Question['image'] | { readonly reason: string } {
  if (image === null) return null;
  let bytes = image;
  if (typeof bytes === 'string') {
    const { path, reason } = { path: '', reason: null, ...safeImagePath(bytes, imageRoot) };
    if (reason !== null) return { reason };
    if (!options.keepImage && (options.checkImages === false || hashes.has(path))) return { kind: 'file', path };
    const file = resolve(imageRoot, path);
    const problem = imageProblem(() => readFileSync(file), bytes);
    if (problem !== null) return problem;
    bytes = readFileSync(file);
    if (!options.keepImage) {
      hashes.set(path, sha256Of(bytes));
      return { kind: 'file', path };
    }
  }
  if (!options.keepImage) return { reason: 'its image is inside the file, and no place to keep it was given' };
  const inside = bytes;
  const problem = imageProblem(() => inside, 'inside the file');
  if (problem !== null) return problem;
  const path = options.keepImage(inside, inspectImage(inside, '').kind);
  hashes.set(path, sha256Of(inside));
  return { kind: 'file', path };
}

function imageProblem(read: () => Uint8Array, name: string): { readonly reason: string } | null {
  try {
    checkImageSize(inspectImage(read(), `image "${name}"`), `image "${name}"`);
    return null;
  } catch (error) {
    return { reason: (error as Error).message.replace(/\.$/, '') };
  }
}
