/** Data sets: the file that is imported, in every format, and the folder that a home keeps of it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { datasetProblems, openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import type { DataFormat } from '../../../src/shared/kinds/data-format.ts';
import { hashOf } from '../../../src/shared/values/hash.ts';
import { type Prepared, type Subject, workFolder } from '../subject.ts';

const PICTURE = readFileSync(join(import.meta.dirname, '../../fixtures/images/plain.png'));
const RECORDS = [
  { id: 1, question: 'How many bars are there?', answer: '7', image: 'a.png' },
  { id: 2, question: 'Which is it? (A) red (B) blue', answer: 'B', answer_type: 'choice', image: 'a.png' },
  { id: 3, question: 'And now?', answer: '8.5', category: 'math', split: 'test' },
];

function goodFile(format: DataFormat): Buffer {
  if (format === 'jsonl') return Buffer.from(RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(''));
  if (format === 'sophia') return Buffer.from(JSON.stringify(RECORDS, null, 1));
  const column = (name: 'question' | 'answer') => ({
    name,
    data: RECORDS.map((one) => one[name]),
    type: 'STRING' as const,
  });
  const pictures = RECORDS.map(() => new Uint8Array(PICTURE));
  const columnData = [
    column('question'),
    column('answer'),
    { name: 'image', data: pictures, type: 'BYTE_ARRAY' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

/** The questions and pictures of the data set as they are used. */
function contentOf(home: string): string {
  const { questions, loadImage } = openDataset(home, 'charts');
  const pictures = questions.map((question) =>
    question.image === null ? null : Buffer.from(loadImage(question).data).toString('base64'),
  );
  return hashOf({ questions, pictures });
}

/** A data file that is imported: what comes of it is a data set that can be used, or a refusal. */
function dataFile(format: DataFormat): Subject {
  return {
    name: `data file (${format})`,
    weight: 1,
    async prepare(): Promise<Prepared> {
      const work = workFolder();
      mkdirSync(join(work, 'data'));
      writeFileSync(join(work, 'data/a.png'), PICTURE);
      const [file, home] = [join(work, 'data/set'), join(work, 'home')];
      return {
        good: { '': goodFile(format) },
        async take(files) {
          writeFileSync(file, files['']!);
          rmSync(home, { recursive: true, force: true });
          const { manifest, result } = await storeDataset(home, file, { name: 'charts', format, keepImages: true });
          assert.equal(result.questions.length, manifest.questions);
          contentOf(home);
          datasetProblems(home, 'charts');
          assert.deepEqual(readdirSync(work).sort(), ['data', 'home']);
          return null;
        },
        end: () => rmSync(work, { recursive: true, force: true }),
      };
    },
  };
}

/** The folder of an imported data set, altered afterwards. */
const datasetFolder: Subject = {
  name: 'data set in a home',
  weight: 2,
  async prepare(): Promise<Prepared> {
    const work = workFolder();
    const [file, home] = [join(work, 'set.jsonl'), join(work, 'home')];
    writeFileSync(join(work, 'a.png'), PICTURE);
    writeFileSync(file, goodFile('jsonl'));
    await storeDataset(home, file, { name: 'charts', format: 'jsonl', keepImages: true });
    const folder = join(home, 'datasets/charts');
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    return {
      good: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
      async take(files) {
        rmSync(folder, { recursive: true, force: true });
        for (const [name, bytes] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, name)), { recursive: true });
          writeFileSync(join(folder, name), bytes);
        }
        const content = contentOf(home);
        datasetProblems(home, 'charts');
        return content;
      },
      end: () => rmSync(work, { recursive: true, force: true }),
    };
  },
};

/** Every one. */
export const dataSubjects: readonly Subject[] = [
  dataFile('jsonl'),
  dataFile('sophia'),
  dataFile('parquet'),
  datasetFolder,
];
