/** What the rubric says of a thinking: shown beside a response, never part of its reward unless the run's thinking reward is the oracle. */
import type { ReadStore } from '../../store/store.ts';
import type { JudgedSentence } from '../../tasks/rubric/judge.ts';
import type { Rating } from '../../tasks/rubric/rate.ts';
import { embeddedQuestion } from './question-by-id.ts';

/** A thinking as the rubric sees it: score in [0, 1], its dimensions, and each sentence checked against the scene. */
export interface JudgedThinking extends Pick<Rating, 'score' | 'dimensions'> {
  readonly sentences: readonly JudgedSentence[];
}

/** Checks a thinking sentence by sentence against the scene of its question; null where the question has none. */
export async function judgeThinkingOf(
  store: ReadStore,
  questionId: string,
  text: string,
): Promise<JudgedThinking | null> {
  const question = await embeddedQuestion(store, questionId);
  if (question === null) return null;
  const { rateThinking, stepLabels } = await import('../../tasks/rubric/rate.ts');
  const { score, dimensions } = rateThinking(question, text);
  return { score, dimensions, sentences: stepLabels(question, text) };
}
