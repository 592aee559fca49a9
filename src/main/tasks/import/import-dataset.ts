/**
 * Reads a data file into questions: a JSON list (the official SophiaVL-R1 data), JSON lines, a table or Parquet. A record that cannot be used is reported
 * with its line and reason, and the others are kept. Nothing is written; see dataset-folder.ts for storing.
 */
import { basename, dirname, resolve } from 'node:path';
import type { BenchmarkName } from '../../../shared/benchmarks/published.ts';
import { SophiaError } from '../../../shared/errors.ts';
import { DATA_FORMATS, type DataFormat, dataFormatOf } from '../../../shared/kinds/data-format.ts';
import { namesOf } from '../../../shared/kinds/kind.ts';
import { type Category, type Question, TRAINED_SPLIT } from '../../../shared/question.ts';
import type { SplitOverlap } from '../../../shared/split-overlap.ts';
import { pictureBytes } from '../../model/image/decode-image.ts';
import { checkImageSize, inspectImage } from '../../model/image/image-header.ts';
import { contentHash } from '../../model/io/content-hash.ts';
import { refuseIrregular } from '../../model/io/local-path.ts';
import { type ImageHashes, sha256Of } from './image-hashes.ts';
import { safeImagePath } from './image-path.ts';
import { type PublishedRecord, publishedReader } from './published/published-records.ts';
import { knownForms } from './record/known-forms.ts';
import type { GivenPicture } from './record/pictures.ts';
import type { ImportProblem } from './record/raw-record.ts';
import { Refusal } from './record/refusal.ts';
import { type ParsedRecord, parseQuestion } from './record/to-question.ts';
import { ROW_READERS } from './rows/row-readers.ts';

export interface ImportOptions {
  readonly format: DataFormat;
  readonly name: string; // of the data set; question ids begin with it
  readonly imageRoot?: string | undefined; // folder of the images; default: the data file's own
  readonly benchmark?: BenchmarkName | undefined; // a published benchmark, whose records have a form of their own
  readonly category?: Category | undefined; // of records that name none
  readonly split?: string | undefined; // of records that name none; default: as the file's name says, else train
  /** Keeps a copy of a picture; returns its path in the data set's own image folder. */
  readonly keepImage?: ((bytes: Uint8Array, extension: string) => string) | undefined;
  /** Whether pictures that lie in files of their own are copied too; else only those inside the data file are kept. */
  readonly keepAll?: boolean;
  /** Whether each image file is read and checked for its end; false looks only whether it is there. */
  readonly checkImages?: boolean;
  readonly onProgress?: (records: number) => void;
}

/** What an import found. */
export interface ImportResult {
  readonly questions: readonly Question[];
  readonly problems: readonly ImportProblem[];
  readonly overlaps: readonly SplitOverlap[]; // of splits that share something with `train`
  readonly imageRoot: string; // absolute; where paths of `file` images are relative to
  readonly kept: number; // pictures that were kept, by keepImage
  readonly linked: number; // pictures that stay where they are
  readonly sourceHash: string; // sha256 of the data file
  readonly imageHashes: ImageHashes | null; // null where pictures were not read (checkImages: false)
}

/** What an import has seen so far. */
interface Seen {
  readonly options: ImportOptions;
  readonly split: string;
  readonly imageRoot: string;
  readonly published: ReturnType<typeof publishedReader> | null;
  readonly lineOf: Map<string, number>; // by id
  readonly pictures: Map<string, readonly string[]>; // by question id: what its pictures are told apart by
  readonly hashes: Map<string, string>; // of pictures, by path
  kept: number;
  linked: number;
}

/** A side may be this many times longer than the other, as for the image processors of Qwen's models. */
const MOST_ASPECT = 200;

/** Imports a data file. @throws SophiaError 'usage' or 'data' when the file as a whole cannot be read. */
export async function importDataset(file: string, options: ImportOptions): Promise<ImportResult> {
  const path = resolve(file);
  refuseIrregular(path);
  const seen: Seen = {
    options,
    split: options.split ?? splitOfName(path) ?? TRAINED_SPLIT,
    imageRoot: resolve(options.imageRoot ?? dirname(path)),
    published: options.benchmark === undefined ? null : publishedReader(options.benchmark),
    lineOf: new Map(),
    pictures: new Map(),
    hashes: new Map(),
    kept: 0,
    linked: 0,
  };
  const [questions, problems]: [Question[], ImportProblem[]] = [[], []];
  let record = 0;
  for await (const raw of ROW_READERS[options.format](path)) {
    record++;
    for (const made of 'reason' in raw ? [raw] : questionsOf(raw.value, record, seen)) {
      if ('reason' in made) problems.push({ line: raw.line, record, reason: made.reason });
      else {
        seen.lineOf.set(made.id, raw.line);
        questions.push(made);
      }
    }
    options.onProgress?.(record);
  }
  const { imageRoot, kept, linked } = seen;
  const overlaps = splitOverlaps(questions, seen.pictures);
  const imageHashes = options.checkImages === false && linked > 0 ? null : seen.hashes;
  return { questions, problems, overlaps, imageRoot, kept, linked, sourceHash: contentHash(path).hash, imageHashes };
}

/** The split that a file's name tells, as the hub names its files: test-00000-of-00001.parquet, val.jsonl. */
export function splitOfName(file: string): string | undefined {
  const name = /^(train|test|validation|val|dev|testmini|hard)(?:[-_.].*)?$/i.exec(basename(file))?.[1];
  return name?.toLowerCase();
}

/** What every split but train shares with it; only those that share something. */
function splitOverlaps(questions: readonly Question[], pictures: Seen['pictures']): SplitOverlap[] {
  const textOf = ({ text }: Question) => text.toLowerCase().replace(/\s+/g, ' ');
  const trained = questions.filter(({ split }) => split === TRAINED_SPLIT);
  const texts = new Set(trained.map(textOf));
  const shown = new Set(trained.flatMap(({ id }) => pictures.get(id) ?? []));
  const bySplit = Map.groupBy(
    questions.filter(({ split }) => split !== TRAINED_SPLIT),
    ({ split }) => split,
  );
  return [...bySplit]
    .map(([split, own]) => ({
      split,
      questions: own.length,
      pictures: own.filter(({ id }) => pictures.get(id)?.some((picture) => shown.has(picture))).length,
      texts: own.filter((question) => texts.has(textOf(question))).length,
    }))
    .filter((overlap) => overlap.pictures > 0 || overlap.texts > 0);
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

type Refused = { readonly reason: string };

/** The questions of one record: one as a rule, one for each turn of a conversation. */
function questionsOf(value: unknown, ordinal: number, seen: Seen): (Question | Refused)[] {
  let records: (ParsedRecord | PublishedRecord | Refused)[];
  try {
    const defaults = { category: seen.options.category ?? null, split: seen.split };
    records = seen.published?.(value) ?? knownForms(value).map((record) => parseQuestion(record, defaults));
  } catch (error) {
    if (error instanceof Refusal) return [{ reason: error.message }];
    throw error;
  }
  const ids = new Set<string>();
  return records.map((record, turn) => {
    const made = questionOf(record, turn === 0 ? `record-${ordinal}` : `record-${ordinal}-${turn + 1}`, seen);
    if ('reason' in made) return made;
    if (ids.has(made.id)) return { reason: `id "${made.id}" is that of another turn` };
    ids.add(made.id);
    return made;
  });
}

function questionOf(record: ParsedRecord | PublishedRecord | Refused, unnamed: string, seen: Seen): Question | Refused {
  const { options, lineOf } = seen;
  if ('reason' in record) return record;
  const id = `${options.name}/${record.id ?? unnamed}`;
  if (lineOf.has(id)) return { reason: `id "${record.id}" is that of line ${lineOf.get(id)}` };
  const found: FoundPicture[] = [];
  for (const given of record.pictures) {
    const picture = findPicture(given, seen);
    if ('reason' in picture) return picture;
    found.push(picture);
  }
  for (const { isKept } of found) isKept ? seen.kept++ : seen.linked++;
  seen.pictures.set(
    id,
    found.map(({ key }) => key),
  );
  const { category, answerType, split, template, text, answer } = record;
  const question = { id, category, answerType, split, template, text, answer, image: sourceOf(found), scene: null };
  return 'grading' in record ? { ...question, grading: record.grading } : question;
}

function sourceOf(found: readonly FoundPicture[]): Question['image'] {
  const [only, ...others] = found.map(({ path }) => path);
  if (only === undefined) return null;
  return others.length === 0 ? { kind: 'file', path: only } : { kind: 'files', paths: [only, ...others] };
}

/** A picture of a record: where it lies, and what tells its content from others. */
interface FoundPicture {
  readonly path: string;
  readonly key: string;
  readonly isKept: boolean;
}

function findPicture(given: GivenPicture, { options, imageRoot, hashes }: Seen): FoundPicture | Refused {
  const { keepImage, keepAll = false } = options;
  let bytes: Uint8Array;
  if (typeof given === 'string') {
    const { path, reason } = { path: '', reason: null, ...safeImagePath(given, imageRoot) };
    if (reason !== null) return { reason };
    const known = keepAll ? undefined : hashes.get(path);
    if (known !== undefined) return { path, key: known, isKept: false };
    if (options.checkImages === false && !keepAll) return { path, key: path, isKept: false };
    try {
      bytes = pictureBytes(resolve(imageRoot, path));
    } catch (error) {
      return { reason: (error as Error).message };
    }
    const problem = imageProblem(bytes, `image "${given}"`);
    if (problem !== null) return problem;
    if (!keepAll) {
      const key = sha256Of(bytes);
      hashes.set(path, key);
      return { path, key, isKept: false };
    }
  } else {
    bytes = given;
    const problem = imageProblem(bytes, 'image "inside the file"');
    if (problem !== null) return problem;
  }
  if (!keepImage) return { reason: 'its image is inside the file, and no place to keep it was given' };
  const path = keepImage(bytes, inspectImage(bytes, '').kind);
  const key = sha256Of(bytes);
  hashes.set(path, key);
  return { path, key, isKept: true };
}

function imageProblem(bytes: Uint8Array, name: string): Refused | null {
  try {
    const file = inspectImage(bytes, name);
    checkImageSize(file, name);
    const isThin = Math.max(file.width, file.height) > MOST_ASPECT * Math.min(file.width, file.height);
    const told = `${name} of ${file.width}x${file.height} pixels is too long and thin: at most ${MOST_ASPECT} to 1`;
    return isThin ? { reason: told } : null;
  } catch (error) {
    return { reason: (error as Error).message.replace(/\.$/, '') };
  }
}
