/**
 * The benchmarks of a run: names of the settings turned into fixed lists of questions with their hash. Embedded ones go by their names
 * (`test` and `hard` stand for all of a split), the splits of an imported set by `NAME/SPLIT`; NAME stands for all of its splits but train.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { type Question, TRAINED_SPLIT } from '../../../shared/question.ts';
import { firstPart } from '../../../shared/text/first-part.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { hashOf } from '../../../shared/values/hash.ts';
import { getOrMake } from '../../../shared/values/list.ts';
import { Random } from '../../../shared/values/random.ts';
import type { WorldName } from '../../../shared/worlds/worlds.ts';
import { benchmarkHash, benchmarkNamed, benchmarks, questionsOf } from '../../tasks/benchmarks.ts';
import { type Dataset, listDatasets, openDataset, openManifest } from '../../tasks/import/dataset-folder.ts';
import type { LoadImage } from '../../tasks/question-picture.ts';

/** One benchmark: its questions in order, and sha256 over what defines them. */
export interface BenchmarkQuestions {
  readonly name: string;
  readonly split: 'test' | 'hard'; // which ways of answering apply (EVALUATION_MODES): `hard`, or any other
  readonly questions: readonly Question[];
  readonly hash: string;
}

/** Benchmarks, and the loader of imported pictures: of their questions, and of any other set of the home. */
export interface BenchmarkLists {
  readonly benchmarks: readonly BenchmarkQuestions[];
  readonly loadImage: LoadImage;
}

/**
 * The benchmarks named, each with `count` questions at most: the first ones of an embedded benchmark, a fixed draw of an imported split
 * (files are often sorted by subject). `home` is where imported sets lie; `opened`, one that is open already, is not read again. Throws a usage
 * error for an unknown name.
 */
export function benchmarkQuestions(
  names: readonly string[],
  count: number,
  world: WorldName,
  home: string,
  opened: Dataset | null = null,
): BenchmarkLists {
  const sets = new Map<string, Dataset>(opened === null ? [] : [[opened.manifest.name, opened]]);
  const datasetOf = (name: string) => getOrMake(sets, name, () => openDataset(home, name));
  const lists = benchmarkNames(names, world, home).map((name): BenchmarkQuestions => {
    const imported = importedBenchmark(name);
    if (imported === null) {
      const { split } = benchmarkNamed(name);
      return { name, split, questions: questionsOf(name, count), hash: benchmarkHash(name, count) };
    }
    const questions = drawn(
      datasetOf(imported.set).questions.filter(({ split }) => split === imported.split),
      count,
    );
    const hash = hashOf(
      questions.map(({ id, text, answer, image, grading }) => ({
        id,
        text,
        answer,
        image,
        ...(grading && { grading }),
      })),
    );
    return { name, split: imported.split === 'hard' ? 'hard' : 'test', questions, hash };
  });
  return {
    benchmarks: lists,
    loadImage: (question, at) => datasetOf(firstPart(question.id, '/')).loadImage(question, at),
  };
}

/**
 * So many of the questions, the same ones each time, in their order in the file. Those that count together (a question in every order of
 * its options, a picture's pair) are one.
 */
function drawn(questions: readonly Question[], count: number): Question[] {
  const groupOf = ({ id, grading }: Question) => grading?.group ?? id;
  const groups = [...new Set(questions.map(groupOf))];
  if (groups.length <= count) return [...questions];
  const kept = new Set(new Random(0, 'benchmark', groups.length).shuffle(groups).slice(0, count));
  return questions.filter((question) => kept.has(groupOf(question)));
}

/**
 * The names with `test` and `hard` of a world and names of whole sets spelled out, each once. Throws a usage error for an unknown name, and
 * where none is left.
 */
export function benchmarkNames(names: readonly string[], world: WorldName, home: string): string[] {
  const wanted = names.flatMap((name) => {
    if (name === 'test' || name === 'hard')
      return benchmarks
        .filter((benchmark) => benchmark.split === name && benchmark.world === world)
        .map((benchmark) => benchmark.name);
    if (benchmarks.some((benchmark) => benchmark.name === name)) return [name];
    return importedNames(name, home) ?? [benchmarkNamed(name).name];
  });
  if (wanted.length === 0 && names.length > 0)
    throw new SophiaError(
      'usage',
      `evaluation.benchmarks = ${names.join(', ')}: the world ${world} has no such benchmarks.`,
      `Use ${[...new Set(benchmarks.filter((entry) => entry.world === world).map(({ split }) => split))].join(' or ')}.`,
    );
  return [...new Set(wanted)];
}

/** NAME/SPLIT apart; null for an embedded benchmark's name. */
function importedBenchmark(name: string): { readonly set: string; readonly split: string } | null {
  const [set, split, ...more] = name.split('/');
  return set !== undefined && split !== undefined && more.length === 0 ? { set, split } : null;
}

/** The splits of the imported set that a name means; null where there is no such set. */
function importedNames(name: string, home: string): string[] | null {
  const [set = '', wanted] = name.split('/');
  if (!name.includes('/') && !listDatasets(home).some((dataset) => dataset.name === set)) return null;
  const manifest = openManifest(home, set); // a set that is not there is told by its name
  const splits = Object.keys(manifest.splits ?? splitsOf(openDataset(home, set).questions)).filter(
    (split) => split !== TRAINED_SPLIT,
  );
  if (wanted === TRAINED_SPLIT)
    throw new SophiaError(
      'usage',
      `"${name}" is trained on and cannot be a benchmark.`,
      `Benchmarks of "${set}": ${splits.map((split) => `${set}/${split}`).join(', ') || 'none, all of it is trained on'}.`,
    );
  const found = wanted === undefined ? splits : splits.filter((split) => split === wanted);
  if (found.length > 0) return found.map((split) => `${set}/${split}`);
  throw new SophiaError(
    'usage',
    wanted === undefined
      ? `Data set "${set}" has no split to evaluate on: all of it is trained on.`
      : `Data set "${set}" has no split "${wanted}".`,
    `It has: ${splits.join(', ') || 'train alone'}.`,
  );
}

const splitsOf = (questions: readonly Question[]): Record<string, number> =>
  Object.fromEntries([...groupBy(questions, ({ split }) => split)].map(([split, own]) => [split, own.length]));
