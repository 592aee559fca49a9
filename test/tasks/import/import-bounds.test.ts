/** Bounds of what a data file may bring in: lengths of questions and lines, sizes of pictures. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { crc32, gzipSync } from 'node:zlib';
import { importDataset } from '../../../src/main/tasks/import/import-dataset.ts';

const folder = mkdtempSync(join(tmpdir(), 'sophia-bounds-'));
after(() => rmSync(folder, { recursive: true }));
const picture = join(import.meta.dirname, '../../fixtures/images/plain.png');

async function imported(content: string, format: 'jsonl') {
  const file = join(folder, 'data');
  writeFileSync(file, content);
  return importDataset(file, { format, name: 'set' });
}

test('a question longer than any prompt is left out; a line longer than any record is no file of records', async () => {
  const question = 'x'.repeat(100_001);
  const text = `${JSON.stringify({ question, answer: '1' })}\n{"question": "q", "answer": "2"}`;
  const { questions, problems } = await imported(text, 'jsonl');
  assert.equal(questions.length, 1);
  assert.match(problems[0]!.reason, /longer than 100000 characters/);
  await assert.rejects(
    imported(`{"question": "${'x'.repeat(17 * 2 ** 20)}"}`, 'jsonl'),
    /line 1 is longer than 16 MiB/,
  );
});

test('empty cells of a table name neither an id nor a split; an id of any length is told as what it is', async () => {
  const rows = [
    { question: 'a', answer: '1', id: '', split: '' },
    { question: 'b', answer: '2', id: 'x'.repeat(201) },
    { question: 'c', answer: '3', id: [1] },
  ];
  const { questions, problems } = await imported(rows.map((row) => JSON.stringify(row)).join('\n'), 'jsonl');
  assert.deepEqual(
    questions.map(({ id, split }) => [id, split]),
    [['set/record-1', 'train']],
  );
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    ['id is longer than 200 characters', 'id is neither a whole number nor a text'],
  );
});

test('a picture whose size cannot be decoded is told where it comes in, not in the middle of a training', async () => {
  const sized = (width: number, height: number) => {
    const png = Buffer.from(readFileSync(picture));
    png.writeUInt32BE(width, 16);
    png.writeUInt32BE(height, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    return png;
  };
  const sizes: [string, number, number, RegExp][] = [
    ['empty.png', 0, 0, /is an image without pixels/],
    ['flat.png', 40, 0, /is an image without pixels/],
    ['huge.png', 50_000, 50_000, /has 50000x50000 pixels, more than the 89478485 allowed/],
  ];
  for (const [name, width, height] of sizes) writeFileSync(join(folder, name), sized(width, height));
  const lines = sizes.map(([name]) => JSON.stringify({ question: 'q', answer: '1', image: name })).join('\n');
  const { questions, problems } = await imported(lines, 'jsonl');
  assert.equal(questions.length, 0);
  for (const [i, [, , , wanted]] of sizes.entries()) assert.match(problems[i]!.reason, wanted);
});

test('letters that are no UTF-8 are never taken in as signs for what is lost', async () => {
  const file = join(folder, 'latin');
  const line = Buffer.from(`{"question": "Wie gro\xdf?", "answer": "3"}`, 'latin1');
  writeFileSync(file, Buffer.concat([line, Buffer.from('\n{"question": "a \ufffd b", "answer": "4"}\n')]));
  const { questions, problems } = await importDataset(file, { format: 'jsonl', name: 'set' });
  assert.deepEqual(
    questions.map(({ text }) => text),
    ['a \ufffd b'],
    'the sign itself may stand in a text',
  );
  assert.deepEqual(problems, [{ line: 1, record: 1, reason: 'is not UTF-8 text: save the file as UTF-8' }]);
  writeFileSync(file, Buffer.concat([Buffer.from('['), line, Buffer.from(']')]));
  const list = await importDataset(file, { format: 'sophia', name: 'set' });
  assert.match(list.problems[0]!.reason, /not UTF-8/);
});

test('a true answer keeps every digit, a compressed file and a pointer are told for what they are', async () => {
  const { questions } = await imported('{"question": "q", "answer": 123456789012345678901234567890}', 'jsonl');
  assert.deepEqual([questions[0]!.answer, questions[0]!.answerType], ['123456789012345678901234567890', 'numeric']);
  const file = join(folder, 'packed');
  writeFileSync(file, gzipSync('{"question": "q", "answer": "2"}'));
  await assert.rejects(importDataset(file, { format: 'jsonl', name: 'set' }), /compressed \(gzip\)/);
  writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n');
  await assert.rejects(importDataset(file, { format: 'parquet', name: 'set' }), /Git LFS pointer, not the data/);
});
