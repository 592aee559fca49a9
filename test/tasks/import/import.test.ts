import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { formatOfName, importDataset } from '../../../src/main/tasks/import/import-dataset.ts';
import type { DataFormat } from '../../../src/shared/kinds/data-format.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-import-'));
after(() => rmSync(folder, { recursive: true }));
const picture = join(import.meta.dirname, '../../fixtures/images/plain.png');
mkdirSync(join(folder, 'Math/clevr'), { recursive: true });
copyFileSync(picture, join(folder, 'Math/clevr/one.png'));
writeFileSync(join(folder, 'text.png'), 'I am a text');
symlinkSync('/etc/hostname', join(folder, 'link.png'));

let counter = 0;
async function imported(content: string | Buffer, format: DataFormat) {
  const file = join(folder, `data-${counter++}`);
  writeFileSync(file, content);
  return importDataset(file, { format, name: 'set' });
}

const official = {
  problem_id: 7,
  problem: 'Subtract 0 cyan cubes. How many objects are left?',
  data_type: 'image',
  problem_type: 'numerical',
  options: [],
  process: '',
  solution: '<answer>5</answer>',
  path: './Math/clevr/one.png',
  data_source: 'CLEVR-Math',
};

test('a record of the official training data becomes a question', async () => {
  const { questions, problems } = await imported(JSON.stringify([official], null, 4), 'sophia');
  assert.deepEqual(problems, []);
  assert.deepEqual(questions, [
    {
      id: 'set/7',
      category: 'math',
      answerType: 'numeric',
      split: 'train',
      template: 'numerical',
      text: 'Subtract 0 cyan cubes. How many objects are left?',
      answer: '5',
      image: { kind: 'file', path: 'Math/clevr/one.png' },
      scene: null,
    },
  ]);
});

test('every problem type of the official data is known', async () => {
  const records = [
    {
      ...official,
      problem_id: 1,
      problem_type: 'multiple choice',
      options: ['A. red', 'B. blue'],
      solution: '<answer>B</answer>',
    },
    { ...official, problem_id: 2, problem_type: 'OCR', solution: 'STOP' },
    { ...official, problem_id: 3, problem_type: 'free-form' },
    { ...official, problem_id: 4, problem_type: 'text', data_type: 'text', path: '' },
  ];
  const { questions, problems } = await imported(JSON.stringify(records), 'sophia');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    questions.map((question) => [question.answerType, question.answer, question.category, question.image === null]),
    [
      ['choice', 'B', 'math', false],
      ['ocr', 'STOP', 'math', false],
      ['free_form', '5', 'math', false],
      ['free_form', '5', 'general', true],
    ],
  );
  assert.equal(questions[0]!.text.split('\n').at(-1), 'B. blue');
});

test('EasyR1 keys and our own are read from JSON lines', async () => {
  const lines = [
    { problem: '<image>What is 2+2?', answer: '4', images: ['Math/clevr/one.png'] },
    { id: 'mine', question: 'Which?', answer: 'cat', options: ['dog', 'cat'], category: 'chart', split: 'hard' },
    { id: 'typed', question: 'Read it', answer: 'STOP', answer_type: 'ocr' },
  ];
  const { questions, problems } = await imported(lines.map((line) => JSON.stringify(line)).join('\n'), 'jsonl');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    questions.map(({ id, answerType, answer, category, split }) => [id, answerType, answer, category, split]),
    [
      ['set/record-1', 'numeric', '4', 'math', 'train'],
      ['set/mine', 'choice', 'B', 'chart', 'hard'],
      ['set/typed', 'ocr', 'STOP', 'ocr', 'train'],
    ],
  );
});

test('a broken record is reported by line and reason, the others are kept', async () => {
  const good = (id: string) => JSON.stringify({ id, question: 'q', answer: '1' });
  const { questions, problems } = await imported(
    [
      `\uFEFF${good('a')}\r`,
      '{"id": "b", "question": "q", "answer": NaN}',
      '{"id": "c", "question": "q"',
      '',
      good('a'),
      '[1]',
      '{"question": "", "answer": "1"}',
      '{"question": "q", "answer": "<answer> </answer>"}',
      '{"question": "q", "answer": "1", "answer_type": "essay"}',
      '{"question": "q \\ud800 q", "answer": "1"}',
      '{"question": "q", "answer": "fish", "options": ["cat", "dog"]}',
      '{"question": "<image> and <image>", "answer": "1", "images": ["Math/clevr/one.png"]}',
      '{"question": "q", "answer": "1", "data_type": "video", "path": "x.mp4"}',
      '{"__proto__": {"question": "q"}, "answer": "1"}',
      good('last'),
    ].join('\n'),
    'jsonl',
  );
  assert.deepEqual(
    questions.map((question) => question.id),
    ['set/a', 'set/record-9', 'set/last'],
  );
  assert.equal(questions[1]!.text, 'q \uFFFD q');
  const expected: [number, RegExp][] = [
    [2, /NaN is not a JSON value/],
    [3, /not valid JSON/],
    [5, /id "a" is that of line 1/],
    [6, /not an object/],
    [7, /question is empty/],
    [8, /answer is empty/],
    [9, /answer type "essay" is unknown/],
    [11, /"fish" is neither an option's letter nor its text/],
    [12, /2 <image> marks for one image/],
    [13, /data_type "video" is not supported/],
    [14, /has no question/],
  ];
  assert.deepEqual(
    problems.map((problem) => problem.line),
    expected.map(([line]) => line),
  );
  for (const [i, [line, reason]] of expected.entries()) assert.match(problems[i]!.reason, reason, `line ${line}`);
});

test('an image path never leaves the image folder', async () => {
  const paths = [
    '../x.png',
    'Math/../../x.png',
    '/etc/passwd',
    'file:///etc/passwd',
    'http://a.b/c.png',
    '\\\\host\\share\\x.png',
    'C:\\x.png',
    'link.png',
    'none.png',
    'Math',
    'text.png',
  ];
  const lines = paths.map((path, i) => JSON.stringify({ id: i, question: 'q', answer: '1', image: path }));
  const { questions, problems } = await imported(lines.join('\n'), 'jsonl');
  assert.deepEqual(questions, []);
  const reasons = [
    /outside/,
    /outside/,
    /absolute/,
    /address/,
    /address/,
    /absolute/,
    /absolute/,
    /link to outside/,
    /does not exist/,
    /not a file/,
    /is not a PNG, JPEG/,
  ];
  for (const [i, reason] of reasons.entries()) assert.match(problems[i]!.reason, reason, paths[i]);
});

test('a JSON list with broken records keeps the whole ones', async () => {
  const record = (id: number) => `    {\n        "id": ${id},\n        "question": "q",\n        "answer": "1"\n    }`;
  const broken = [
    record(1),
    record(2).replace('"q"', '"q'),
    record(3),
    record(4).replace('\n    }', ''),
    record(5),
    '    "stray, text"',
    '    17',
    record(6),
  ];
  const { questions, problems } = await imported(`[\n${broken.join(',\n')}\n]`, 'sophia');
  assert.deepEqual(
    questions.map((question) => question.id),
    ['set/1', 'set/3', 'set/5', 'set/6'],
  );
  assert.deepEqual(
    problems.map((problem) => problem.line),
    [7, 17, 26, 27],
  );
  assert.match(problems[1]!.reason, /the next record begins inside it/);
});

test('a cut list says so, and other files are refused as a whole', async () => {
  const whole = JSON.stringify([
    { question: 'q', answer: '1' },
    { question: 'r', answer: '2' },
  ]);
  const cut = await imported(whole.slice(0, -5), 'sophia');
  assert.equal(cut.questions.length, 1);
  assert.match(cut.problems[0]!.reason, /the file ends inside it/);
  const open = await imported(whole.slice(0, -1), 'sophia');
  assert.equal(open.questions.length, 2);
  assert.match(open.problems[0]!.reason, /list is not closed/);
  await assert.rejects(imported('{"a": 1}', 'sophia'), /not a JSON list of records.*--format jsonl/);
  await assert.rejects(imported('', 'sophia'), /is empty/);
  await assert
    .rejects(imported(Buffer.from('[{"a": 1}]', 'utf16le').subarray(0), 'sophia'), /JSON|valid|object/i)
    .catch(() => {});
  await assert.rejects(imported(Buffer.from('\uFEFF[]', 'utf16le'), 'sophia'), /UTF-16/);
  await assert.rejects(imported('no parquet', 'parquet'), /not a readable Parquet file/);
  await assert.rejects(importDataset(join(folder, 'nothing.json'), { format: 'sophia', name: 'x' }), /does not exist/);
  await assert.rejects(importDataset(folder, { format: 'jsonl', name: 'x' }), /is a folder/);
  assert.equal(formatOfName('a/b.JSONL'), 'jsonl');
  assert.throws(() => formatOfName('a.docx'), /Give --format/);
});

test('lines longer than what is read at once come whole', async () => {
  const note = 'long '.repeat(500_000).trim();
  const { questions } = await imported(
    `${JSON.stringify({ note, question: 'p', answer: '1' })}\n{"question": "q", "answer": "2"}`,
    'jsonl',
  );
  assert.deepEqual(
    questions.map((question) => question.answer),
    ['1', '2'],
  );
});
