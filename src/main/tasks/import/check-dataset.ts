/**
 * A data set that was made elsewhere (unpacked from an archive), looked at before it becomes one of this home: its files and no others, its
 * name, its hash, every question and every picture. Its pictures lie in its own folder: no path in it leads anywhere else.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate as immediate } from 'node:timers/promises';
import { SophiaError } from '../../../shared/errors.ts';
import { imagePaths } from '../../../shared/question.ts';
import { LIMITS } from '../../../shared/values/limits.ts';
import { parsedJson } from '../../../shared/values/parsed-json.ts';
import { pictureBytes } from '../../model/image/decode-image.ts';
import { checkImageSize, inspectImage } from '../../model/image/image-header.ts';
import { hashInThread } from '../../model/io/content-hash-thread.ts';
import { inside, pathFault } from '../../model/io/path-names.ts';
import { isDatasetName, readManifest } from './dataset-folder.ts';
import { IMAGE_HASHES, type ImageHashes, readImageHashes, sha256Of } from './image-hashes.ts';
import { importedQuestionSchema } from './imported-question.ts';
import { readLines } from './read-text.ts';
import { importProblemSchema } from './record/raw-record.ts';

const FILES = ['manifest.json', 'questions.jsonl', 'problems.jsonl'];

/** Why the folder cannot be the data set `name`, in words that follow its name, or null. */
export async function datasetFault(folder: string, name: string): Promise<string | null> {
  if (!isDatasetName(name)) return 'cannot name a data set';
  const missing = FILES.find((file) => !existsSync(inside(folder, file)));
  if (missing !== undefined) return `has no ${missing}`;
  const manifest = readManifest(folder);
  if (manifest === null) return 'has a damaged manifest.json';
  if (manifest.name !== name) return `calls itself "${manifest.name}"`;
  if (manifest.imageRoot !== null) return `has pictures outside its folder (${manifest.imageRoot})`;
  const images = new Set<string>();
  let questions = 0;
  for (const { line, text } of readLines(inside(folder, 'questions.jsonl'))) {
    const why = questionFault(text, name, images);
    if (why !== null) return `has a question that cannot be used (line ${line}: ${why})`;
    questions++;
  }
  if (questions !== manifest.questions) return `has ${questions} questions, not ${manifest.questions}`;
  for (const { line, text } of readLines(inside(folder, 'problems.jsonl')))
    if (!importProblemSchema.safeParse(parsedJson(text)).success) return `has a damaged problems.jsonl (line ${line})`;
  const { hash } = await hashInThread(inside(folder, 'questions.jsonl'));
  if (hash !== manifest.questionsHash) return 'has other questions than its hash says';
  try {
    return await imagesFault(folder, images, readImageHashes(folder, manifest.imagesHash));
  } catch (error) {
    if (error instanceof SophiaError) return `is damaged: ${error.message}`;
    throw error;
  }
}

function questionFault(text: string, name: string, images: Set<string>): string | null {
  const read = importedQuestionSchema.safeParse(parsedJson(text));
  if (!read.success) return read.error.issues[0]?.path.join('.') || 'no question';
  const { id, image, text: asked, answer } = read.data;
  if (!id.startsWith(`${name}/`) || id.length > LIMITS.label) return 'its id is not of this data set';
  if (asked.length > LIMITS.question || answer.length > LIMITS.question)
    return `longer than ${LIMITS.question} characters`;
  if (image === null) return null;
  for (const path of imagePaths({ image })) {
    const why = pathFault(path);
    if (why !== null) return `its picture "${path}" ${why}`;
    images.add(path);
  }
  return null;
}

/** Every picture that a question names is there and can be read, and nothing else is. */
async function imagesFault(
  folder: string,
  images: ReadonlySet<string>,
  hashes: ImageHashes | null,
): Promise<string | null> {
  for (const image of images) {
    const path = inside(folder, `images/${image}`);
    if (!existsSync(path)) return `lacks the picture "${image}"`;
    try {
      const what = `picture "${image}"`;
      const bytes = pictureBytes(path);
      await immediate(); // others have their turn
      if (hashes !== null && sha256Of(bytes) !== hashes.get(image)) return `holds another ${what} than its hash says`;
      checkImageSize(inspectImage(bytes, what), what);
    } catch (error) {
      return `holds a file that is none: ${(error as Error).message}`;
    }
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath.slice(folder.length + 1)}/${entry.name}`.replaceAll('\\', '/'));
  const known = hashes === null ? FILES : [...FILES, IMAGE_HASHES];
  const stray = files.find(
    (file) =>
      !known.includes(file.slice(1)) && !(file.startsWith('images/') && images.has(file.slice('images/'.length))),
  );
  return stray === undefined ? null : `holds "${stray}", which no question names`;
}
