/** Files of others that are no files (pipes, devices), and JSON nested deeper than any stack: refused by name, everywhere that a file of others is read. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readImage } from '../../../src/main/model/image/decode-image.ts';
import { readJson } from '../../../src/main/model/io/json-file.ts';
import { importArchive } from '../../../src/main/store/archive/import-archive.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { importDataset } from '../../../src/main/tasks/import/import-dataset.ts';
import { parseStudy } from '../../../src/shared/study/study.ts';
import { isTooDeep, parsedJson } from '../../../src/shared/values/parsed-json.ts';
import { alteredArchive, archivedStudy } from '../../store/archive/altered-archives.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../../store/helpers.ts';

const deep = (levels: number) => `${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`;

describe('a pipe or a device in the place of a file', { skip: process.platform === 'win32' }, () => {
  const pipe = join(temporaryFolder(), 'pipe');
  if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
  const store = temporaryStore();
  const readers: Readonly<Record<string, (path: string) => unknown>> = {
    'an archive': (path) => importArchive(store, path),
    'a log': (path) => importLog(store, path, 'trl'),
    'a trainer_state.json': (path) => importLog(store, path, 'trainer-state'),
    ...Object.fromEntries(
      (['jsonl', 'json', 'tsv', 'parquet'] as const).map((format) => [
        `a ${format} file`,
        (path: string) => importDataset(path, { name: 'x', format } as never),
      ]),
    ),
    'a picture': (path) => readImage(path),
    'a file of a model': (path) => readJson(path),
  };
  for (const [what, read] of Object.entries(readers))
    test(`is refused at once: ${what}`, async () => {
      await assert.rejects(async () => read(pipe), /is a pipe, not a file/);
      await assert.rejects(async () => read('/dev/zero'), /is a device, not a file/);
    });
});

describe('JSON nested deeper than any stack', () => {
  test('is told from what is long or only looks nested', () => {
    assert.ok(isTooDeep(deep(251)) && isTooDeep('['.repeat(10_000_000)));
    assert.ok(!isTooDeep(deep(250)));
    assert.ok(!isTooDeep(JSON.stringify(Array.from({ length: 5000 }, () => ({ a: [1] })))));
    assert.ok(!isTooDeep(JSON.stringify({ text: '[{'.repeat(5000), quote: '"\\"[', end: '\\' })));
    assert.equal(parsedJson(deep(100_000)), undefined);
    assert.deepEqual(parsedJson(deep(2)), { a: [{ a: [1] }] });
  });

  test('is refused by name: in a row of an archive, a data file, a log, a file of a model, a study', async () => {
    const { file } = await archivedStudy();
    const store = temporaryStore();
    for (const [table, column] of [
      ['questions', 'scene'],
      ['studies', 'plan'],
      ['runs', 'settings'],
      ['run_attempts', 'environment'],
    ] as const) {
      const rows = { [table]: (all: Record<string, unknown>[]) => void (all[0]![column] = deep(100_000)) };
      await assert.rejects(
        importArchive(store, await alteredArchive(file, { rows } as never)),
        /is refused: rows\/.* line 2: .* is (no JSON|longer than)/,
      );
    }
    const questions = temporaryFile(`{"id":1,"question":"q","answer":"7"}\n${deep(50_000)}\n`, 'a.jsonl');
    const { problems } = await importDataset(questions, { name: 'x', format: 'jsonl' } as never);
    assert.match(problems[0]!.reason, /nested too deep/);
    const state = temporaryFile(`{"log_history":[{"step":1,"loss":1,"x":${deep(100_000)}}]}`);
    await assert.rejects(importLog(store, state, 'trainer-state'), /SophiaError: .* nested too deep/);
    assert.throws(() => readJson(temporaryFile(deep(100_000))), /SophiaError: .* nested too deep/);
    assert.throws(() => parseStudy(`name: a\nsettings: ${deep(20_000)}`, 'a.yaml'), /SophiaError/);
    assert.throws(() => parseStudy(deep(20_000), 'a.yaml'), /SophiaError/);
  });
});
