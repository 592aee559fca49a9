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
}

/** Imports a data file. @throws SophiaError 'usage' or 'data' when the file as a whole cannot be read. */
export async function importDataset(file: string, options: ImportOptions): Promise<ImportResult> {
  const path = resolve(file);
  const imageRoot = resolve(options.imageRoot ?? dirname(path));
  const questions: Question[] = [];
  const problems: ImportProblem[] = [];
  const lineOf = new Map<string, number>();
  let record = 0;
  for await (const raw of READERS[options.format](path)) {
    record++;
    const made = 'reason' in raw ? raw : questionOf(raw.value, record, options, imageRoot, lineOf);
    if ('reason' in made) problems.push({ line: raw.line, record, reason: made.reason });
    else {
      lineOf.set(made.id, raw.line);
      questions.push(made);
    }
    options.onProgress?.(record);
  }
  return { questions, problems, imageRoot, sourceHash: contentHash(path).hash };
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

function questionOf(
  value: unknown,
  ordinal: number,
  options: ImportOptions,
  imageRoot: string,
  lineOf: ReadonlyMap<string, number>,
): Question | { readonly reason: string } {
  const record = parseQuestion(value, { category: options.category ?? null, split: options.split ?? 'train' });
  if ('reason' in record) return record;
  const id = `${options.name}/${record.id ?? `record-${ordinal}`}`;
  if (lineOf.has(id)) return { reason: `id "${record.id}" is that of line ${lineOf.get(id)}` };
  const image = imageSource(record, options, imageRoot);
  if (image !== null && 'reason' in image) return image;
  const { category, answerType, split, template, text, answer } = record;
  return { id, category, answerType, split, template, text, answer, image, scene: null };
}

function imageSource(
  { image }: ParsedRecord,
  options: ImportOptions,
  imageRoot: string,
): Question['image'] | { readonly reason: string } {
  if (image === null) return null;
  let bytes = image;
  if (typeof bytes === 'string') {
    const { path, reason } = { path: '', reason: null, ...safeImagePath(bytes, imageRoot) };
    if (reason !== null) return { reason };
    const read = () => readFileSync(resolve(imageRoot, path));
    const problem = options.checkImages === false ? null : imageProblem(read, bytes);
    if (problem !== null || !options.keepImage) return problem ?? { kind: 'file', path };
    bytes = read();
  }
  if (!options.keepImage) return { reason: 'its image is inside the file, and no place to keep it was given' };
  const inside = bytes;
  return (
    imageProblem(() => inside, 'inside the file') ?? {
      kind: 'file',
      path: options.keepImage(inside, inspectImage(inside, '').kind),
    }
  );
}

function imageProblem(read: () => Uint8Array, name: string): { readonly reason: string } | null {
  try {
    checkImageSize(inspectImage(read(), `image "${name}"`), `image "${name}"`);
    return null;
  } catch (error) {
    return { reason: (error as Error).message.replace(/\.$/, '') };
  }
}
