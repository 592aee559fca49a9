/** Files of published benchmarks in the forms in which the hub and VLMEvalKit give them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { openDataset, storeDataset } from '../../../src/main/tasks/import/dataset-folder.ts';
import type { BenchmarkName } from '../../../src/shared/benchmarks/published.ts';
import { questionParts } from '../../../src/shared/question-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-published-'));
after(() => rmSync(folder, { recursive: true }));
const png = readFileSync(join(import.meta.dirname, '../../fixtures/images/plain.png')).toString('base64');
let counter = 0;

async function stored(benchmark: BenchmarkName, rows: readonly object[], format: 'jsonl' | 'tsv' = 'jsonl') {
  const name = `set-${counter++}`;
  const file = join(folder, `${name}.${format}`);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
  const table = [columns.join('\t'), ...rows.map((row) => columns.map((key) => cell((row as never)[key])).join('\t'))];
  writeFileSync(file, format === 'tsv' ? table.join('\n') : rows.map((row) => JSON.stringify(row)).join('\n'));
  const { result } = await storeDataset(folder, file, { format, name, benchmark });
  assert.deepEqual(openDataset(folder, name).questions, result.questions); // what its rule needs is read back
  return { ...result, ids: result.questions.map(({ id }) => id.slice(name.length + 1)) };
}

test("MMBench: VLMEvalKit's prompt, every order of the options, the answer in each", async () => {
  const row = {
    index: 7,
    question: 'What is it?',
    hint: 'Look.',
    A: 'cat',
    B: 'dog',
    C: 'owl',
    answer: 'B',
    image: png,
  };
  const { questions, ids } = await stored('mmbench', [row]);
  assert.deepEqual(ids, ['7', '7-1', '7-2']);
  assert.equal(
    questions[1]?.text,
    'Hint: Look.\nQuestion: What is it?\nOptions:\nA. dog\nB. owl\nC. cat\nPlease select the correct answer from the options above.',
  );
  assert.deepEqual(
    questions.map(({ answer, split, grading }) => [answer, split, grading?.group]),
    [
      ['B', 'test', '7'],
      ['A', 'test', '7'],
      ['C', 'test', '7'],
    ],
  );
});

test("MMBench: a table that has the orders already keeps them, with another row's picture", async () => {
  const base = { index: 7, question: 'What?', A: 'cat', B: 'dog', answer: 'B', image: png };
  const turned = { index: 1000007, question: 'What?', A: 'dog', B: 'cat', answer: 'A', image: '7' };
  const lost = { index: 1000009, question: 'What?', A: 'dog', B: 'cat', answer: 'A', image: '9' };
  const { questions, problems } = await stored('mmbench', [base, turned, lost], 'tsv');
  assert.deepEqual(
    questions.map(({ grading, image }) => [grading?.group, image]),
    questions.map(() => ['7', questions[0]!.image]),
  );
  assert.match(problems[0]!.reason, /image is that of row 9/);
});

test("MMStar's options stand in the question, or in columns", async () => {
  const asked = 'Which animal?\nOptions: A: a cat, black, B: a dog, C: an owl, D: none of them';
  const { questions } = await stored('mmstar', [
    { index: 0, question: asked, answer: 'A', category: 'coarse perception', image: png },
    { index: 1, question: 'Which?', A: 'x', B: 'y', answer: 'B', image: png },
  ]);
  assert.deepEqual(
    questions.map(({ grading }) => grading?.choices),
    [
      { A: 'a cat, black', B: 'a dog', C: 'an owl', D: 'none of them' },
      { A: 'x', B: 'y' },
    ],
  );
});

test('MMMU: several pictures in their places, open questions with every answer that counts', async () => {
  const { questions } = await stored('mmmu', [
    {
      id: 'v_1',
      question: '<image 1> or <image 2>?',
      options: "['left', 'right']",
      answer: 'A',
      image_1: png,
      image_2: png,
    },
    { id: 'v_2', question: 'What is <image 1>?', options: '[]', answer: "['12', 'twelve']", image_1: png },
    { id: 'v_3', question: 'Hidden?', options: "['a', 'b']", answer: '', image_1: png },
  ]);
  assert.deepEqual(questionParts(questions[0]!).slice(0, 4), ['Question: ', 0, ' or ', 1]);
  assert.deepEqual(questionParts(questions[1]!), ['Question: What is ', 0, '?']);
  assert.deepEqual(questions[1]?.grading?.answers, ['12', 'twelve']);
  assert.equal(questions.length, 2);
});

test('MathVista, MathVerse, ChartQA, MME and OCRBench bring what their rules need', async () => {
  const vista = await stored('mathvista', [
    {
      pid: '1',
      query: 'Hint: ...\nQuestion: How many?',
      question: 'How many?',
      answer: '1.2',
      answer_type: 'float',
      precision: 1,
      question_type: 'free_form',
      image: 'images/1.jpg',
      decoded_image: { bytes: png },
    },
    {
      pid: '2',
      query: 'Which?',
      choices: ['6', '8'],
      answer: '8',
      answer_type: 'text',
      question_type: 'multi_choice',
      decoded_image: { bytes: png },
    },
  ]);
  assert.deepEqual(
    vista.questions.map(({ text, answer, grading }) => [text, answer, grading]),
    [
      ['Hint: ...\nQuestion: How many?', '1.2', { benchmark: 'mathvista', type: 'float', precision: 1 }],
      ['Which?', 'B', { benchmark: 'mathvista', choices: { A: '6', B: '8' } }],
    ],
  );
  const verse = await stored('mathverse', [
    {
      sample_index: '1',
      question: 'Find x.\nChoices:\nA:2\nB:2√{3}',
      question_type: 'multi-choice',
      answer: 'B',
      image: png,
    },
  ]);
  assert.deepEqual(verse.questions[0]?.grading?.choices, { A: '2', B: '2√{3}' });
  const chart = await stored('chartqa', [{ query: 'How much?', label: ['14'], image: png }]);
  assert.equal(chart.questions[0]?.text, 'How much?\nAnswer the question using a single word or phrase.');
  const mme = await stored('mme', [
    {
      question_id: 'color/1.jpg',
      question: 'Red? Please answer yes or no.',
      answer: 'Yes',
      category: 'color',
      image: png,
    },
    {
      question_id: 'color/1.jpg',
      question: 'Blue? Please answer yes or no.',
      answer: 'No',
      category: 'color',
      image: png,
    },
  ]);
  assert.deepEqual([...new Set(mme.questions.map(({ grading }) => grading?.group))], ['color/color/1.jpg']);
  assert.equal(new Set(mme.ids).size, 2);
  const ocr = await stored('ocrbench', [
    { question: 'Text?', answer: ['CENTRE', 'Centre'], question_type: 'Regular Text Recognition', image: png },
  ]);
  assert.deepEqual(ocr.questions[0]?.grading, {
    benchmark: 'ocrbench',
    answers: ['CENTRE', 'Centre'],
    part: 'Regular Text Recognition',
  });
});

test('a split whose answers are kept back is refused, never given an answer of its own', async () => {
  const rows = [
    { index: 1, question: 'What?', A: 'cat', B: 'dog', image: png }, // MMBench's test split
    { index: 2, question: 'What?', A: 'cat', B: 'dog', answer: '', image: png },
    { index: 3, question: 'What?', A: 'cat', B: 'dog', answer: 'A', image: png },
  ];
  const { questions, problems } = await stored('mmbench', rows);
  assert.deepEqual(
    questions.map(({ answer }) => answer),
    ['A', 'B'],
  );
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 2],
  );
  for (const { reason } of problems) assert.match(reason, /has no answer: a split whose answers are kept back/);
  const mmmu = {
    id: 'v',
    question: 'q <image 1>',
    options: "['a', 'b']",
    image_1: png,
    question_type: 'multiple-choice',
  };
  const open = { id: 'w', question: 'q <image 1>', options: '[]', image_1: png, question_type: 'open' };
  const test = await stored('mmmu', [
    { ...mmmu, answer: '?' },
    { ...open, answer: '?' },
    { ...mmmu, id: 'x', answer: 'A' },
  ]);
  assert.deepEqual([test.ids, test.problems.length], [['x'], 2]);
  assert.match(test.problems[0]!.reason, /kept back/);
});

test('"nan" of a table by pandas is no option and no hint, a picture in the file stands before its path', async () => {
  const row = {
    index: 1,
    question: 'What?',
    hint: 'nan',
    A: 'cat',
    B: 'dog',
    C: 'nan',
    D: 'nan',
    answer: 'A',
    image: png,
  };
  const { questions } = await stored('mmbench', [row]);
  assert.equal(questions.length, 2);
  assert.deepEqual(questions[0]!.grading?.choices, { A: 'cat', B: 'dog' });
  assert.doesNotMatch(questions[0]!.text, /nan/);
  const seen = {
    pid: '1',
    question: 'How far?',
    image: 'images/1.jpg',
    decoded_image: png,
    choices: null,
    answer: '1.2',
  };
  const mathvista = await stored('mathvista', [
    { ...seen, question_type: 'free_form', answer_type: 'float', query: 'Q' },
  ]);
  assert.equal(mathvista.questions[0]!.image?.kind, 'file');
});
