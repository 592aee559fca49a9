/**
 * The benchmarks of a run: names of the settings turned into fixed lists of questions with their hash.
 */
import { nearestName, SophiaError } from '../../shared/errors.ts';
import { CATEGORIES, type Question } from '../../shared/question.ts';
import { hashOf } from '../../shared/study.ts';
import { generateQuestion } from '../tasks/generate.ts';

/** One benchmark: its questions in order, and sha256 over what defines them. */
export interface BenchmarkQuestions {
  readonly name: string;
  readonly split: 'test' | 'hard';
  readonly questions: readonly Question[];
  readonly hash: string;
}

const SPLITS = ['test', 'hard'] as const;

/** Every embedded benchmark's name: one per category and split. */
export const BENCHMARK_NAMES: readonly string[] = SPLITS.flatMap((split) => CATEGORIES.map((category) => `${category}-${split}`));

/** The benchmarks named (`test` and `hard` stand for all of a split), each with its first `count` questions. */
export function benchmarkQuestions(names: readonly string[], count: number): BenchmarkQuestions[] {
  const wanted = names.flatMap((name) => ((SPLITS as readonly string[]).includes(name) ? BENCHMARK_NAMES.filter((one) => one.endsWith(`-${name}`)) : [name]));
  return [...new Set(wanted)].map((name) => {
    if (!BENCHMARK_NAMES.includes(name)) {
      const nearest = nearestName(name, [...SPLITS, ...BENCHMARK_NAMES]);
      throw new SophiaError('usage', `evaluation.benchmarks: unknown benchmark "${name}".`, nearest === undefined ? `Known: test, hard, ${BENCHMARK_NAMES.join(', ')}.` : `Did you mean "${nearest}"?`);
    }
    const [category, split] = name.split('-') as [(typeof CATEGORIES)[number], 'test' | 'hard'];
    const questions = Array.from({ length: count }, (_, i) => generateQuestion(split, i, 0, category));
    const hash = hashOf(questions.map(({ id, text, answer, scene }) => ({ id, text, answer, scene })));
    return { name, split, questions, hash };
  });
}
