/**
 * The embedded benchmarks: the test and hard split of each category, and each form of a world's test questions; a fixed list of questions each,
 * held to a committed hash, so that two accuracies under one name are accuracies on the same questions.
 */
import { nearestName, SophiaError } from '../../shared/errors.ts';
import { CATEGORIES, type Category, type Question } from '../../shared/question.ts';
import { hashOf } from '../../shared/values/hash.ts';
import { CUES } from '../../shared/worlds/cue-forms.ts';
import type { WorldName } from '../../shared/worlds/worlds.ts';
import committed from './benchmark-hashes.json' with { type: 'json' };
import { generateQuestion } from './worlds/everyday/generate.ts';
import type { Form } from './worlds/sums/forms.ts';
import { sumQuestion } from './worlds/sums/generate.ts';

/** One benchmark; its questions are those with index 0, 1, ... of seed 0. */
export interface Benchmark {
  readonly name: string; // "chart-test", "shortcut-cue-wrong"
  readonly world: WorldName;
  readonly category: Category;
  readonly split: 'test' | 'hard';
  readonly form: Form | null; // of a world made of sums
}

/** Questions of a benchmark unless told otherwise; the committed hashes are of this many. */
export const BENCHMARK_LENGTH = 40;

/** The everyday world's benchmarks: the test splits, then the hard ones. */
const EVERYDAY: readonly Benchmark[] = (['test', 'hard'] as const).flatMap((split) =>
  CATEGORIES.map((category) => ({ name: `${category}-${split}`, world: 'everyday', category, split, form: null })),
);

/** The others': every form of the same test questions. */
const SUMS: readonly Benchmark[] = [
  ...(['shortcut', 'hard-shortcut'] as const).flatMap((world) =>
    CUES.map((cue) => sums(world, `${world}-${cue}`, { cue, isNoisy: false })),
  ),
  ...(['flattery', 'cheap-flattery'] as const).map((world) =>
    sums(world, `${world}-test`, { cue: null, isNoisy: false }),
  ),
];

function sums(world: WorldName, name: string, form: Form): Benchmark {
  return { name, world, category: 'math', split: 'test', form };
}

/** All embedded benchmarks, world by world. */
export const benchmarks: readonly Benchmark[] = [...EVERYDAY, ...SUMS];

/** The questions of a benchmark, in order. Throws a usage error for an unknown name. */
export function questionsOf(name: string, count = BENCHMARK_LENGTH): Question[] {
  const { world, category, split, form } = benchmarkNamed(name);
  return Array.from({ length: count }, (_, index) =>
    world === 'everyday' || form === null
      ? generateQuestion(split, index, 0, category)
      : sumQuestion(world, split, index, 0, form),
  );
}

/** sha256 over the canonical JSON of a benchmark's questions (id, text, answer, scene). */
export function benchmarkHash(name: string, count = BENCHMARK_LENGTH): string {
  return hashOf(questionsOf(name, count).map(({ id, text, answer, scene }) => ({ id, text, answer, scene })));
}

/** The committed hashes by benchmark name; a test holds them to what the generator makes. */
export const COMMITTED_HASHES: Readonly<Record<string, string>> = committed;

/** One benchmark by its name. Throws a usage error with the nearest name for an unknown one. */
export function benchmarkNamed(name: string): Benchmark {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  const names = benchmarks.map((benchmark) => benchmark.name);
  const nearest = nearestName(name, names);
  throw new SophiaError(
    'usage',
    `Unknown benchmark "${name}".`,
    nearest === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${nearest}"?`,
  );
}
