/**
 * Greedy answers of stored weights to a benchmark's questions, some at a time: the prompt, generator and rule of the run's own evaluation.
 * Deliberately absent: which weights, and where answers are kept.
 */
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion } from '../../../shared/run/run-events.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { createGenerator } from '../../model/network/decode.ts';
import { createSampler } from '../../rollouts/generate-responses.ts';
import type { LoadImage } from '../../tasks/question-picture.ts';
import { encodeOptions } from '../prepare/encode-options.ts';
import type { StoredPolicy } from '../prepare/stored-policy.ts';
import { evaluateQuestions } from './evaluate.ts';

/** Questions put at once: answers are kept, and a stop is heard, after each such batch. */
const AT_ONCE = 40;

/** Questions that were put, from number `from` on, and the answers to those of them that could be judged. */
export interface AnswerBatch {
  readonly from: number;
  readonly put: readonly Question[];
  readonly answers: readonly EvaluatedQuestion[];
}

/** Answers `questions` from number `from` on. Batches begin at multiples of their size, so that going on later gives the same bits. */
export async function* answersAfterwards(
  settings: Settings,
  { model, weights }: StoredPolicy,
  questions: readonly Question[],
  loadImage: LoadImage,
  from: number,
): AsyncGenerator<AnswerBatch> {
  const sampler = createSampler(model, createGenerator(model.config));
  const options = {
    ...encodeOptions(settings),
    loadImage,
    mode: 'greedy',
    maxCompletionLength: settings.generation.maxCompletionLength,
    preset: settings.reward.preset,
    seed: settings.seed,
  } as const;
  for (let at = from; at < questions.length; at += AT_ONCE) {
    const put = questions.slice(at, at + AT_ONCE);
    yield { from: at, put, answers: await evaluateQuestions(sampler, weights, put, options) };
  }
}
