/**
 * The benchmarks of a run: names of the settings turned into fixed lists of questions with their hash.
 */
import { SophiaError } from '../../../shared/errors.ts';
import type { Question } from '../../../shared/question.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import { benchmarkHash, benchmarkNamed, benchmarks, questionsOf } from '../../tasks/benchmarks.ts';

/** One benchmark: its questions in order, and sha256 over what defines them. */
export interface BenchmarkQuestions {
  readonly name: string;
  readonly split: 'test' | 'hard';
  readonly questions: readonly Question[];
  readonly hash: string;
}

/**
 * The benchmarks named (`test` and `hard` stand for all of a split of a world), each with its first `count` questions. Throws a usage error for
 * an unknown name.
 */
export function benchmarkQuestions(names: readonly string[], count: number, world: WorldName): BenchmarkQuestions[] {
  return benchmarkNames(names, world).map((name) => {
    const { split } = benchmarkNamed(name);
    return { name, split, questions: questionsOf(name, count), hash: benchmarkHash(name, count) };
  });
}

/** The names with `test` and `hard` spelled out for a world, each once. Throws a usage error for an unknown name, and where none is left. */
export function benchmarkNames(names: readonly string[], world: WorldName): string[] {
  const wanted = names.flatMap((name) =>
    name === 'test' || name === 'hard'
      ? benchmarks.filter((benchmark) => benchmark.split === name && benchmark.world === world)
      : [benchmarkNamed(name)],
  );
  if (wanted.length === 0 && names.length > 0)
    throw new SophiaError(
      'usage',
      `evaluation.benchmarks = ${names.join(', ')}: the world ${world} has no such benchmarks.`,
      `Use ${[...new Set(benchmarks.filter((entry) => entry.world === world).map(({ split }) => split))].join(' or ')}.`,
    );
  return [...new Set(wanted.map((benchmark) => benchmark.name))];
}
