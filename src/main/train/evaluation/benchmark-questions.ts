/**
 * The benchmarks of a run: names of the settings turned into fixed lists of questions with their hash.
 */
import type { Question } from '../../../shared/question.ts';
import { benchmarkHash, benchmarkNamed, benchmarks, questionsOf } from '../../tasks/benchmarks.ts';

/** One benchmark: its questions in order, and sha256 over what defines them. */
export interface BenchmarkQuestions {
  readonly name: string;
  readonly split: 'test' | 'hard';
  readonly questions: readonly Question[];
  readonly hash: string;
}

/** The benchmarks named (`test` and `hard` stand for all of a split), each with its first `count` questions. Throws a usage error for an unknown name. */
export function benchmarkQuestions(names: readonly string[], count: number): BenchmarkQuestions[] {
  return benchmarkNames(names).map((name) => {
    const { split } = benchmarkNamed(name);
    return { name, split, questions: questionsOf(name, count), hash: benchmarkHash(name, count) };
  });
}

/** The names with `test` and `hard` spelled out, each once. Throws a usage error for an unknown name. */
export function benchmarkNames(names: readonly string[]): string[] {
  const wanted = names.flatMap((name) =>
    name === 'test' || name === 'hard'
      ? benchmarks.filter((benchmark) => benchmark.split === name)
      : [benchmarkNamed(name)],
  );
  return [...new Set(wanted.map((benchmark) => benchmark.name))];
}
