/** A run on an imported set: only its train split is trained on, other splits are benchmarks, questions of several pictures go all the way. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { storeDataset } from '../../src/main/tasks/import/dataset-folder.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { benchmarkNames, benchmarkQuestions } from '../../src/main/train/evaluation/benchmark-questions.ts';
import { checkNames } from '../../src/main/train/prepare/check-names.ts';
import { runTraining } from '../../src/main/train/run-training.ts';
import type { RunEvent } from '../../src/shared/run/run-events.ts';
import { parseSettings, type SettingsPatch } from '../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from './tiny-model.ts';

const home = mkdtempSync(join(tmpdir(), 'sophia-imported-'));
after(() => rmSync(home, { recursive: true }));
const images = join(import.meta.dirname, '../fixtures/images');
let model: string;

before(async () => {
  await useBackend('auto', { threads: 1 });
  model = tinyModelFolder();
  for (const name of ['plain.png', 'grey.png', 'plain.avif']) copyFileSync(join(images, name), join(home, name));
  const records = [
    { id: 't1', question: 'how many shapes ?', answer: '2', split: 'train', images: ['plain.png', 'grey.png'] },
    { id: 't2', question: 'how many circles ?', answer: '1', split: 'train', image: 'plain.avif' },
    { id: 'x1', question: 'how many squares ?', answer: '3', split: 'test', images: ['grey.png', 'plain.png'] },
    { id: 'x2', question: 'how many bars ?', answer: '4', split: 'test', image: 'grey.png' },
    { id: 'h1', question: 'how many lines ?', answer: '5', split: 'hard' },
  ];
  await store('mine', records);
  await store(
    'tests',
    records.slice(2).map((record) => ({ ...record, split: 'test' })),
  );
});

async function store(name: string, records: readonly object[]): Promise<void> {
  const file = join(home, `${name}.jsonl`);
  writeFileSync(file, records.map((record) => JSON.stringify(record)).join('\n'));
  await storeDataset(home, file, { format: 'jsonl', name });
}

const settingsOf = (source: string, benchmarks: readonly string[]) =>
  parseSettings({
    model: { policy: model },
    data: { source },
    generation: { maxCompletionLength: 8 },
    training: { totalSteps: 3, questionsPerStep: 2, numGenerations: 2, checkpointEvery: 3 },
    reward: { thinking: 'none' },
    evaluation: { every: 0, questions: 9, benchmarks: [...benchmarks] },
  } as SettingsPatch);

describe('a run on an imported set', () => {
  it('trains on the train split alone, and evaluates the splits that its settings name', {
    timeout: 240_000,
  }, async () => {
    const runFolder = join(home, 'runs', 'one');
    mkdirSync(runFolder, { recursive: true });
    const events: RunEvent[] = [];
    const settings = settingsOf('mine', ['mine/test', 'mine']);
    for await (const event of runTraining({
      ...{ settings, runFolder, resume: null, signal: new AbortController().signal, threads: 1 },
    }))
      events.push(event);
    const trained = new Set(
      events.flatMap((event) => (event.kind === 'step' ? event.responses.map((one) => one.questionId) : [])),
    );
    assert.deepEqual([...trained].sort(), ['mine/t1', 'mine/t2']);
    const evaluated = events
      .filter((event) => event.kind === 'evaluation')
      .filter(({ step, mode }) => step === 3 && mode === 'greedy');
    assert.deepEqual(
      evaluated.map(({ benchmark, results }) => [benchmark, results.map(({ questionId }) => questionId)]),
      [
        ['mine/test', ['mine/x1', 'mine/x2']],
        ['mine/hard', ['mine/h1']],
      ],
    );
  });

  it('is refused before it is queued where nothing is trained on, or a benchmark is', () => {
    assert.throws(() => checkNames(settingsOf('tests', []), home), /no question to train on: its splits are test/);
    assert.throws(() => checkNames(settingsOf('mine', ['mine/train']), home), /trained on and cannot be a benchmark/);
    assert.throws(() => checkNames(settingsOf('mine', ['mine/val']), home), /no split "val"/);
    assert.throws(() => checkNames(settingsOf('mine', ['none/test']), home), /no data set/i);
    assert.throws(() => checkNames(settingsOf('mine', ['chart-tset']), home), /Unknown benchmark "chart-tset"/);
  });

  it('draws the same questions of a long split each time', () => {
    assert.deepEqual(benchmarkNames(['mine', 'tests/test', 'chart-test'], 'everyday', home), [
      'mine/test',
      'mine/hard',
      'tests/test',
      'chart-test',
    ]);
    const [first] = benchmarkQuestions(['tests/test'], 2, 'everyday', home).benchmarks;
    const [again] = benchmarkQuestions(['tests'], 2, 'everyday', home).benchmarks;
    assert.equal(first!.questions.length, 2);
    assert.deepEqual(first, again);
  });
});
