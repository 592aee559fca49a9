/** Files as other programs write them: chats, conversations, class labels, base64, several pictures, splits. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import { splitOfName } from '../../../src/main/tasks/import/import-dataset.ts';
import type { DataFormat } from '../../../src/shared/kinds/data-format.ts';
import { questionParts } from '../../../src/shared/question-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-forms-'));
after(() => rmSync(folder, { recursive: true }));
const images = join(import.meta.dirname, '../../fixtures/images');
const png = readFileSync(join(images, 'plain.png'));
const jpg = readFileSync(join(images, 'plain.jpg'));
for (const name of ['plain.png', 'plain.jpg', 'grey.png']) copyFileSync(join(images, name), join(folder, name));

let counter = 0;
async function stored(content: string | Uint8Array, format: DataFormat, file = `data-${counter++}`) {
  writeFileSync(join(folder, file), content);
  const name = `set-${counter++}`;
  const { manifest, result } = await storeDataset(folder, join(folder, file), { format, name });
  const plain = result.questions.map(({ id, ...question }) => ({ ...question, id: id.slice(name.length + 1) }));
  return { manifest, problems: result.problems, questions: plain, set: openDataset(folder, name), name };
}
const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

test('only train is trained on: splits keep their names, and what they share with it is told by picture and text', async () => {
  const { manifest, questions } = await stored(
    lines([
      { id: 'a', question: 'What is it?', answer: 'a cat', image: 'plain.png', split: 'training' },
      { id: 'b', question: 'What  IS it?', answer: 'a dog', image: 'plain.jpg', split: 'testmini' },
      { id: 'c', question: 'How many?', answer: 2, image: 'plain.png', split: 'testmini' },
      { id: 'd', question: 'Where?', answer: 'here', image: 'grey.png', split: 'val' },
      { id: 'e', question: 'Else?', answer: 'no' },
    ]),
    'jsonl',
  );
  assert.deepEqual(
    questions.map(({ split }) => split),
    ['train', 'testmini', 'testmini', 'val', 'train'],
  );
  assert.deepEqual(manifest.splits, { train: 2, testmini: 2, val: 1 });
  assert.deepEqual(manifest.overlaps, [{ split: 'testmini', questions: 2, pictures: 1, texts: 1 }]);
});

test("a file named as the hub names a split's files is of that split", async () => {
  assert.equal(splitOfName('/data/test-00000-of-00001.parquet'), 'test');
  assert.equal(splitOfName('validation.jsonl'), 'validation');
  assert.equal(splitOfName('testing-ground.jsonl'), undefined);
  const { questions } = await stored(lines([{ question: 'q', answer: '1' }]), 'jsonl', 'testmini-1.jsonl');
  assert.equal(questions[0]?.split, 'testmini');
});

test('a verl chat prompt is its last question, with the answer of reward_model and the bare question of extra_info', async () => {
  const rows = [
    {
      data_source: 'hiyouga/geometry3k',
      prompt: [
        { role: 'system', content: 'Think first.' },
        { role: 'user', content: '<image>Find x. You FIRST think about it. Put the answer in \\boxed{}.' },
      ],
      images: [{ bytes: png.toString('base64'), path: null }],
      reward_model: { style: 'rule', ground_truth: '\\frac{1}{2}' },
      extra_info: { split: 'test', index: 0, question: '<image>Find x.', answer: '0.5' },
    },
    {
      data_source: 'x',
      prompt: [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'What is shown?' }] }],
      images: [{ bytes: png.toString('base64'), path: null }],
      reward_model: { style: 'rule', ground_truth: 'a wave' },
      extra_info: { split: 'train', index: 1, question: '', answer: '' },
    },
  ];
  const { questions, problems } = await stored(lines(rows), 'jsonl');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    questions.map(({ text, answer, answerType, split, image }) => [text, answer, answerType, split, image?.kind]),
    [
      ['Find x.', '\\frac{1}{2}', 'numeric', 'test', 'file'],
      ['What is shown?', 'a wave', 'free_form', 'train', 'file'],
    ],
  );
});

test('a conversation is one question for each turn of a user that is answered', async () => {
  const { questions } = await stored(
    JSON.stringify([
      {
        id: '7',
        image: 'plain.png',
        conversations: [
          { from: 'human', value: '<image>\nWhat colour?' },
          { from: 'gpt', value: 'blue' },
          { from: 'human', value: 'How many waves?' },
          { from: 'gpt', value: '3' },
        ],
      },
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: '2+2?' },
          { role: 'assistant', content: '4' },
        ],
      },
    ]),
    'sophia',
  );
  assert.deepEqual(
    questions.map(({ id, text, answer, image }) => [id, text, answer, image !== null]),
    [
      ['7', 'What colour?', 'blue', true],
      ['7-2', 'How many waves?', '3', true],
      ['record-2', '2+2?', '4', false],
    ],
  );
});

test('several pictures stand where their marks are, in every way that files give them', async () => {
  const { questions, set, problems } = await stored(
    lines([
      { question: '<image> and <image>: which shows a cat?', answer: 'B', images: ['plain.png', 'plain.jpg'] },
      { question: 'Compare <image 2> with <image 1>.', answer: 'same', image_1: 'plain.png', image_2: 'plain.jpg' },
      { question: 'Look.', options: ['<image 1>', '<image 2>'], answer: 'A', images: ['plain.png', 'grey.png'] },
      { question: 'Nothing says where.', answer: 'x', images: ['plain.png', 'grey.png'] },
      { question: '<image><image><image>', answer: 'x', images: ['plain.png', 'grey.png'] },
      { question: 'See <image 5>', answer: 'x', images: ['plain.png', 'grey.png'] },
    ]),
    'jsonl',
  );
  assert.deepEqual(questions.map(questionParts), [
    [0, ' and ', 1, ': which shows a cat?'],
    ['Compare ', 1, ' with ', 0, '.'],
    ['Look.\nA. ', 0, '\nB. ', 1, ''],
    [0, 1, '\nNothing says where.'],
  ]);
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    ['has 3 <image> marks for 2 images', 'names <image 5>, and has 2 images'],
  );
  const [first] = set.questions;
  assert.notDeepEqual(set.loadImage(first!, 0).data, set.loadImage(first!, 1).data);
});

test('pictures in base64 and as data addresses are kept in the set; a path beside them is copied too', async () => {
  const { questions, manifest, name } = await stored(
    lines([
      { question: 'a', answer: '1', image: png.toString('base64') },
      { question: 'b', answer: '1', image: `data:image/jpeg;base64,${jpg.toString('base64')}` },
      { question: 'c', answer: '1', image: 'grey.png' },
    ]),
    'jsonl',
  );
  assert.equal(manifest.imageRoot, null);
  for (const { image } of questions)
    assert.ok(image?.kind === 'file' && existsSync(join(folder, 'datasets', name, 'images', image.path)));
});

test('class labels of the hub are their names', async () => {
  const rows = [
    { question: 'Which animal?', label: 1 },
    { question: 'And here?', label: 0 },
    { question: 'And which is this?', label: -1 }, // how datasets writes "unknown"
  ];
  const features = { info: { features: { label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'question', data: rows.map(({ question }) => question), type: 'STRING' },
      { name: 'label', data: rows.map(({ label }) => BigInt(label)), type: 'INT64' },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify(features) }],
  });
  const { questions, problems } = await stored(new Uint8Array(buffer), 'parquet');
  assert.match(JSON.stringify(problems), /has no answer/);
  assert.equal(problems.length, 1);
  assert.deepEqual(
    questions.map(({ answer, answerType }) => [answer, answerType]),
    [
      ['dog', 'free_form'],
      ['cat', 'free_form'],
    ],
  );
});

test('a box, a tag or the mark of a final answer is no part of the answer', async () => {
  const given = [
    '\\boxed{4}',
    '$\\boxed{\\frac{1}{2}}$.',
    '<answer> 7 cm </answer>',
    'Two and two.\n#### 4',
    '\\boxed{4} or \\boxed{5}',
  ];
  const { questions } = await stored(lines(given.map((answer) => ({ question: 'How many?', answer }))), 'jsonl');
  assert.deepEqual(
    questions.map(({ answer, answerType }) => [answer, answerType]),
    [
      ['4', 'numeric'],
      ['\\frac{1}{2}', 'numeric'],
      ['7 cm', 'numeric'],
      ['4', 'numeric'],
      ['\\boxed{4} or \\boxed{5}', 'free_form'],
    ],
  );
});

test('options come from columns, and a whole number is the option at that place unless it is the text of one', async () => {
  const { questions } = await stored(
    lines([
      { question: 'Which?', A: 'a cat', B: 'a dog', answer: 'B' },
      { question: 'Which?', choices: ['cat', 'dog', 'owl'], answer: 2 },
      { question: 'How many?', choices: ['1', '2', '3'], answer: 2 },
    ]),
    'jsonl',
  );
  assert.deepEqual(
    questions.map(({ text, answer, answerType }) => [text, answer, answerType]),
    [
      ['Which?\nA. a cat\nB. a dog', 'B', 'choice'],
      ['Which?\nA. cat\nB. dog\nC. owl', 'C', 'choice'],
      ['How many?\nA. 1\nB. 2\nC. 3', 'B', 'choice'],
    ],
  );
});

test('a table with tabs and quotes is read, pictures in base64 included', async () => {
  const table = `index\tquestion\tA\tB\tanswer\timage\n1\t"Which ""one""?\nLook."\tcat\tdog\tA\t${png.toString('base64')}\n`;
  const { questions } = await stored(table, 'tsv');
  assert.deepEqual(
    questions.map(({ text, answer, image }) => [text, answer, image?.kind]),
    [['Which "one"?\nLook.\nA. cat\nB. dog', 'A', 'file']],
  );
});

test('a picture that no processor would take is refused at import, not in the middle of a run', async () => {
  const { createCanvas } = await import('@napi-rs/canvas');
  writeFileSync(join(folder, 'thin.png'), createCanvas(2000, 8).toBuffer('image/png'));
  const { problems } = await stored(
    lines([
      { question: 'What?', answer: 'x', image: 'thin.png' },
      { question: 'What?', answer: 'x', image: 'plain.png' },
    ]),
    'jsonl',
  );
  assert.match(problems[0]!.reason, /2000x8 pixels is too long and thin: at most 200 to 1/);
});
