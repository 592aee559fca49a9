/** Archives of a small study, and the same ones altered by somebody who knows how: hashes and manifest fit what was altered. */
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { openZip } from '../../../src/main/store/archive/read-zip.ts';
import { archiveToFile } from '../../../src/main/store/archive/write-archive.ts';
import { storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import { USUAL_VIEW } from '../../../src/shared/run-table/view.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import {
  environment,
  sampleEvaluation,
  sampleQuestion,
  sampleStep,
  startedRun,
  temporaryFolder,
  temporaryStore,
} from '../helpers.ts';

/** A store with one run of three steps and a checkpoint on disk, archived. */
export async function archivedStudy() {
  const { store, studyId, runId, attempt } = startedRun();
  store.addView(studyId, 'saved', { ...USUAL_VIEW, columns: ['seed'], filter: 'seed > 0' });
  store.recordEvent(runId, attempt, { kind: 'started', step: 0, environment });
  store.recordEvent(runId, attempt, { kind: 'questions', step: 0, questions: [sampleQuestion('chart/train/2')] });
  for (const step of [1, 2, 3]) store.recordEvent(runId, attempt, sampleStep(step));
  store.recordEvent(runId, attempt, sampleEvaluation(3, 'chart-test', 4));
  const path = join(store.paths.runs, String(runId), 'checkpoints', 'step-000003');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'trainer.json'), '{}');
  store.recordEvent(runId, attempt, {
    kind: 'checkpoint',
    step: 3,
    uri: 'checkpoints/step-000003',
    hash: 'h',
    bytes: 2,
  });
  const file = join(temporaryFolder(), 'study.zip');
  const { hash, manifest } = await archiveToFile(store, studyId, file, { program: 'test' });
  return { store, studyId, runId, file, hash, manifest };
}

const PICTURE = readFileSync(join(import.meta.dirname, '../../fixtures/images/plain.png'));

/** A study over an imported data set of two questions, one with a picture, archived. */
export async function archivedWithDataset(): Promise<string> {
  const store = temporaryStore();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.png'), PICTURE);
  const records = [
    { id: 1, question: 'How many?', answer: '7', image: 'a.png' },
    { id: 2, question: 'And now?', answer: '8' },
  ];
  writeFileSync(join(folder, 'set.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await storeDataset(store.paths.home, join(folder, 'set.jsonl'), { name: 'charts', format: 'jsonl' });
  const { studyId } = store.addStudy(
    parseStudy(
      'name: own-data\nvariants: [grpo]\nsettings: {data: {source: charts}, training: {totalSteps: 2}}',
      'a.yaml',
    ),
  );
  const file = join(temporaryFolder(), 'study.zip');
  await archiveToFile(store, studyId, file, { program: 'test' });
  return file;
}

/** A zip file with these entries. */
export async function zipOf(entries: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const file = join(temporaryFolder(), 'altered.zip');
  await zipTo(file, entries);
  return file;
}

/** Writes such a zip file. */
export async function zipTo(file: string, entries: Readonly<Record<string, string | Buffer>>): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const [name, text] of Object.entries(entries))
    zip.addBuffer(typeof text === 'string' ? bytesOf(name, text) : text, name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

/** The entries of an archive: texts, of pictures their bytes as characters. */
export async function entriesOf(file: string): Promise<Record<string, string>> {
  const zip = await openZip(file);
  const folder = temporaryFolder();
  const entries: Record<string, string> = {};
  for (const [i, name] of zip.names.entries()) {
    await zip.extract(name, join(folder, String(i)));
    entries[name] = readFileSync(join(folder, String(i)), encodingOf(name));
  }
  zip.close();
  return entries;
}

const encodingOf = (name: string): BufferEncoding => (name.endsWith('.png') ? 'latin1' : 'utf8');
const bytesOf = (name: string, text: string): Buffer => Buffer.from(text, encodingOf(name));

/** A row of an archive by column. */
export type ArchivedRow = Record<string, unknown>;

/** What may be altered of an archive. */
export interface Alteration {
  /** Rows of a table, to be changed in place, or replaced by a list that is returned. */
  readonly rows?: Readonly<Record<string, (rows: ArchivedRow[]) => unknown>>;
  /** Entries to be changed in place. */
  readonly entries?: (entries: Record<string, string>) => void;
  /** The manifest's data sets. */
  readonly datasets?: readonly { readonly name: string; readonly questionsHash: string }[];
}

/** The archive with rows and entries altered, its manifest made to fit. */
export async function alteredArchive(file: string, { rows = {}, entries, datasets }: Alteration): Promise<string> {
  const all = await entriesOf(file);
  for (const [table, change] of Object.entries(rows))
    all[`rows/${table}.jsonl`] = changedRows(all[`rows/${table}.jsonl`]!, change);
  entries?.(all);
  const manifest = JSON.parse(all['manifest.json']!) as Record<string, unknown>;
  delete all['manifest.json'];
  manifest.files = Object.entries(all).map(([path, text]) => ({
    path,
    bytes: bytesOf(path, text).length,
    sha256: createHash('sha256').update(bytesOf(path, text)).digest('hex'),
  }));
  if (datasets !== undefined) manifest.datasets = datasets;
  return zipOf({ ...all, 'manifest.json': JSON.stringify(manifest) });
}

function changedRows(text: string, change: (rows: ArchivedRow[]) => unknown): string {
  const [head, ...lines] = text.trimEnd().split('\n');
  const columns = JSON.parse(head!) as string[];
  const before = lines.map(
    (line): ArchivedRow => Object.fromEntries((JSON.parse(line) as unknown[]).map((value, i) => [columns[i], value])),
  );
  const changed = change(before);
  const after = Array.isArray(changed) ? (changed as ArchivedRow[]) : before;
  return `${[columns, ...after.map((row) => columns.map((name) => row[name]))].map((row) => JSON.stringify(row)).join('\n')}\n`;
}
