/**
 * What a figure of accuracy is a share of: which benchmarks, how many questions of them, how answers were drawn and what counts as right. Two
 * figures are comparable only where all of it is the same; benchmarks are told apart by the hash of their questions, not by their names.
 */
import { EVALUATION_MODES, type EvaluationMode } from '../kinds/evaluation-mode.ts';
import { groupBy } from '../values/group-by.ts';
import { hashOf } from '../values/hash.ts';
import type { AccuracyChart } from './accuracy-curves.ts';

/** What of an evaluation says which questions were asked. */
interface Asked {
  readonly benchmark: string;
  readonly benchmarkHash: string;
  readonly questions: number;
}
type Asking = Pick<AccuracyChart, 'name' | 'where' | 'mode' | 'isExact'>;

/** A set of questions: one key per set, and its words. */
export interface QuestionSet {
  readonly key: string;
  readonly words: string;
}

/** The set that a chart's figure of one run at one step stands on; `asked` are the evaluations that it is the mean of. */
export function questionSet(asked: readonly Asked[], { where, mode, isExact }: Asking): QuestionSet {
  const sorted = [...asked].sort((a, b) => (a.benchmark < b.benchmark ? -1 : 1));
  const [only, ...others] = sorted;
  const questions = sorted.reduce((sum, { questions }) => sum + questions, 0);
  const what = only !== undefined && others.length === 0 ? only.benchmark : `${where} of ${sorted.length} categories`;
  return {
    key: JSON.stringify([mode, isExact, ...sorted.map((one) => [one.benchmark, one.benchmarkHash, one.questions])]),
    words: `${what.replace(/^the /, '')}, ${questions.toLocaleString('en')} questions, ${howOf(mode)}${isExact ? '' : ', outcome ≥ 0.5'}`,
  };
}

const howOf = (mode: EvaluationMode): string => (EVALUATION_MODES[mode].isDrawn ? 'sampled' : 'greedy');

/** Words of different sets, told apart: where nothing else does by the first digits of a hash. */
export function setWords(sets: readonly QuestionSet[]): string[] {
  const alike = groupBy(sets, ({ words }) => words);
  return sets.map(({ key, words }) =>
    (alike.get(words) ?? []).length < 2 ? words : `${words} (${hashOf(key).slice(0, 6)})`,
  );
}
