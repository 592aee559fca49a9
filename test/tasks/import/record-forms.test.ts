/** Forms of records that other programs write: objects of records, pictures within chats, tables with commas, answers in a solution. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import type { DataFormat } from '../../../src/shared/kinds/data-format.ts';
import { questionParts } from '../../../src/shared/question-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-record-forms-'));
after(() => rmSync(folder, { recursive: true }));
const images = join(import.meta.dirname, '../../fixtures/images');
const png = readFileSync(join(images, 'plain.png'));
for (const name of ['plain.png', 'plain.jpg']) copyFileSync(join(images, name), join(folder, name));

let counter = 0;
async function stored(content: string | Uint8Array, format: DataFormat) {
  const file = join(folder, `data-${counter++}`);
  writeFileSync(file, content);
  const name = `set-${counter}`;
  const { result } = await storeDataset(folder, file, { format, name });
  const questions = result.questions.map(({ id, ...question }) => ({ ...question, id: id.slice(name.length + 1) }));
  return { questions, problems: result.problems };
}
const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

test('a JSON object that holds records: by split, beside notes, by id, in columns, alone', async () => {
  const of = async (content: unknown) => {
    const { questions } = await stored(JSON.stringify(content), 'sophia');
    return questions.map(({ id, text, answer, split }) => [id, text, answer, split]);
  };
  const [four, five] = [
    { question: 'Two and two?', answer: 4 },
    { question: 'Two and three?', answer: 5 },
  ];
  assert.deepEqual(await of({ train: [four], test: [five] }), [
    ['record-1', 'Two and two?', '4', 'train'],
    ['record-2', 'Two and three?', '5', 'test'],
  ]);
  assert.deepEqual(await of({ info: { year: 2025 }, version: 1, questions: [four] }), [
    ['record-1', 'Two and two?', '4', 'train'],
  ]);
  assert.deepEqual(await of({ 17: four, 18: five }), [
    ['17', 'Two and two?', '4', 'train'],
    ['18', 'Two and three?', '5', 'train'],
  ]);
  assert.deepEqual(await of({ question: ['Two and two?', 'Two and three?'], answer: ['4', 12345678901234567000] }), [
    ['record-1', 'Two and two?', '4', 'train'],
    ['record-2', 'Two and three?', '12345678901234567000', 'train'],
  ]);
  assert.deepEqual(await of(four), [['record-1', 'Two and two?', '4', 'train']]);
  await assert.rejects(of({ note: 'nothing' }), /is not a JSON list of records: it begins with "{"/);
});

test('pictures that stand within the turns of a chat, as OpenAI and Qwen write them', async () => {
  const address = `data:image/png;base64,${png.toString('base64')}`;
  const chat = (part: unknown) => ({
    messages: [
      { role: 'user', content: [part, { type: 'text', text: 'Which colour?' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'red' }] },
    ],
  });
  const { questions, problems } = await stored(
    lines([
      chat({ type: 'image_url', image_url: { url: address } }),
      chat({ type: 'image', image: 'plain.png' }),
      {
        prompt: [
          {
            role: 'user',
            content: [
              { type: 'image', path: 'plain.jpg' },
              { type: 'text', text: 'Which?' },
            ],
          },
        ],
        completion: [{ role: 'assistant', content: 'blue' }],
      },
    ]),
    'jsonl',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    questions.map(({ text, answer, image }) => [text, answer, image?.kind]),
    [
      ['Which colour?', 'red', 'file'],
      ['Which colour?', 'red', 'file'],
      ['Which?', 'blue', 'file'],
    ],
  );
});

test('answers as their authors give them: truth values, powers of ten, the box of a solution, instructions with an input', async () => {
  const { questions } = await stored(
    lines([
      { question: 'Is it?', answer: true },
      { question: 'How much?', answer: 1e-7 },
      { problem: 'Sum?', solution: 'First 3, then $\\boxed{\\frac{1}{2}}$.' },
      { instruction: 'Add', input: '2 and 2', output: '4' },
    ]),
    'jsonl',
  );
  assert.deepEqual(
    questions.map(({ text, answer, answerType }) => [text, answer, answerType]),
    [
      ['Is it?', 'True', 'free_form'],
      ['How much?', '1e-7', 'numeric'],
      ['Sum?', '\\frac{1}{2}', 'numeric'],
      ['Add\n2 and 2', '4', 'numeric'],
    ],
  );
});

test('a table with commas', async () => {
  const { questions } = await stored('\ufeffquestion,answer\r\n"One, two?",3\r\n"He said ""no""?",no\r\n', 'csv');
  assert.deepEqual(
    questions.map(({ text, answer }) => [text, answer]),
    [
      ['One, two?', '3'],
      ['He said "no"?', 'no'],
    ],
  );
});

test('numbers of Parquet keep what was written: 32 bits, large integers, days', async () => {
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'question', data: ['a?', 'b?'], type: 'STRING' },
      { name: 'answer', data: [0.1, 1e-7], type: 'FLOAT' },
    ],
  });
  const large = parquetWriteBuffer({
    columnData: [
      { name: 'question', data: ['a?', 'b?'], type: 'STRING' },
      { name: 'answer', data: [4n, 1152921504606846976n], type: 'INT64' },
    ],
  });
  const days = parquetWriteBuffer({
    columnData: [
      { name: 'question', data: ['a?'], type: 'STRING' },
      { name: 'answer', data: [new Date('2020-01-02T00:00:00Z')], type: 'TIMESTAMP' },
    ],
  });
  const answers = async (buffer: ArrayBuffer) =>
    (await stored(new Uint8Array(buffer), 'parquet')).questions.map(({ answer }) => answer);
  assert.deepEqual(await answers(bytes), ['0.1', '1e-7']);
  assert.deepEqual(await answers(large), ['4', '1152921504606846976']);
  assert.deepEqual(await answers(days), ['2020-01-02']);
});

test('the only picture stands where its mark is: first without one, twice where it is named twice', async () => {
  const { questions, problems } = await stored(
    lines([
      { question: '<image>Which colour?', answer: 'red', image: 'plain.png' },
      { question: 'Which colour?', answer: 'red', image: 'plain.png' },
      { question: 'Which colour has <image> here?', answer: 'red', image: 'plain.png' },
      { question: 'See <image 1>, again <image 1>.', answer: 'red', image: 'plain.png' },
      { question: '<image> and <image>', answer: 'red', image: 'plain.png' },
      { question: 'See <image 2>.', answer: 'red', image: 'plain.png' },
      { question: 'See <image 1>.', answer: 'red' },
    ]),
    'jsonl',
  );
  assert.deepEqual(
    questions.map((question) => questionParts(question)),
    [
      [0, 'Which colour?'],
      [0, 'Which colour?'],
      ['Which colour has ', 0, ' here?'],
      ['See ', 0, ', again ', 0, '.'],
    ],
  );
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    ['has 2 <image> marks for one image', 'names <image 2>, and has one image', 'has 1 <image> marks for no image'],
  );
});
