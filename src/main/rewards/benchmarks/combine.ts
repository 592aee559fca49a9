/**
 * What a benchmark counts beside single answers: MMBench a question that is right in every order of its options (circular evaluation), MME
 * pairs of questions on one picture, of which both must be right. And the figures that it publishes.
 */
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion, RunEventOf } from '../../../shared/run/run-events.ts';
import { groupBy } from '../../../shared/values/group-by.ts';
import { meanOf } from '../../../shared/values/means.ts';

/** MME's subtasks of cognition; all others are perception. */
const COGNITION = ['code_reasoning', 'commonsense_reasoning', 'numerical_calculation', 'text_translation'];

/** A figure as the benchmark publishes it. */
export interface PublishedFigure {
  readonly name: string;
  readonly value: number;
}

/** The events that tell a benchmark's results: one, or two where it counts in two ways. */
export function evaluationEvents(
  told: Pick<RunEventOf<'evaluation'>, 'step' | 'mode' | 'benchmark' | 'benchmarkHash'>,
  questions: readonly Question[],
  answered: readonly EvaluatedQuestion[],
): RunEventOf<'evaluation'>[] {
  const counted = [...combined(told.benchmark, questions, answered)];
  return counted.map(([benchmark, results]) => ({ ...told, kind: 'evaluation', benchmark, results }));
}

type Answered = readonly { readonly question: Question; readonly result: EvaluatedQuestion }[];

/** The results by the name under which they are kept: the benchmark's own, and MME's pairs as one more. */
export function combined(
  name: string,
  questions: readonly Question[],
  results: readonly EvaluatedQuestion[],
): Map<string, EvaluatedQuestion[]> {
  const answered = paired(questions, results);
  switch (questions[0]?.grading?.benchmark) {
    case 'mmbench':
      return new Map([[name, together(answered)]]);
    case 'mme':
      return new Map([
        [name, [...results]],
        [`${name}-pairs`, together(answered)],
      ]);
    default:
      return new Map([[name, [...results]]]);
  }
}

/** One result for each group, under its first question: right where all of it is, null where a question of it could not be judged. */
function together(answered: Answered): EvaluatedQuestion[] {
  const groups = groupBy(answered, ({ question }) => question.grading?.group ?? question.id);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const wrong = group.find(({ result }) => !result.correct)?.result;
    const { questionId, text } = first.result;
    return [
      {
        questionId,
        text: wrong?.text ?? text,
        outcomeReward: wrong === undefined ? 1 : 0,
        correct: wrong === undefined,
        exact: wrong === undefined,
      },
    ];
  });
}

/** What the benchmark publishes: MME's sums over subtasks of accuracy and pair accuracy in percent, OCRBench's count; else nothing more. */
export function publishedFigures(
  questions: readonly Question[],
  results: readonly EvaluatedQuestion[],
): PublishedFigure[] {
  const answered = paired(questions, results);
  switch (questions[0]?.grading?.benchmark) {
    case 'mme':
      return mmeFigures(answered);
    case 'ocrbench':
      return [{ name: 'right answers', value: results.filter(({ correct }) => correct).length }];
    default:
      return [];
  }
}

function mmeFigures(answered: Answered): PublishedFigure[] {
  const percent = (results: readonly EvaluatedQuestion[]) =>
    100 * (meanOf(results.map(({ correct }) => Number(correct))) ?? 0);
  const subtasks = [...groupBy(answered, ({ question }) => question.grading?.part ?? '')].map(([name, own]) => ({
    name,
    value: percent(own.map(({ result }) => result)) + percent(together(own)),
  }));
  const sum = (isOf: (name: string) => boolean) =>
    subtasks.filter(({ name }) => isOf(name)).reduce((total, { value }) => total + value, 0);
  return [
    { name: 'perception', value: sum((name) => !COGNITION.includes(name)) },
    { name: 'cognition', value: sum((name) => COGNITION.includes(name)) },
    ...subtasks,
  ];
}

function paired(questions: readonly Question[], results: readonly EvaluatedQuestion[]): Answered {
  const byId = new Map(results.map((result) => [result.questionId, result]));
  return questions.flatMap((question) => {
    const result = byId.get(question.id);
    return result === undefined ? [] : [{ question, result }];
  });
}
