import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BENCHMARK_LENGTH,
  benchmarkHash,
  benchmarks,
  COMMITTED_HASHES,
  questionsOf,
} from '../../src/main/tasks/benchmarks.ts';

test('the questions of every benchmark are those that were committed', () => {
  const made = Object.fromEntries(benchmarks.map(({ name }) => [name, benchmarkHash(name)]));
  assert.deepEqual(made, COMMITTED_HASHES, 'questions changed; if that is meant, run node scripts/benchmark-hashes.ts');
});

test('each category has a test and a hard benchmark of fixed ids', () => {
  assert.equal(benchmarks.filter(({ world }) => world === 'everyday').length, 10);
  const questions = questionsOf('chart-hard');
  assert.equal(questions.length, BENCHMARK_LENGTH);
  assert.deepEqual(
    questions.slice(0, 2).map((question) => question.id),
    ['chart/hard/000000', 'chart/hard/000001'],
  );
});

test('an unknown benchmark is refused with the nearest name', () => {
  assert.throws(() => questionsOf('chart-herd'), /Did you mean "chart-hard"/);
});
