/** An answer to a benchmark question, judged by the benchmark's own rule, else by the one that trains. No model: every trainer judges here. */
import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion } from '../../../shared/run/run-events.ts';
import { isRight } from '../../rewards/benchmarks/rules.ts';
import { outcomeReward } from '../../rewards/outcome/outcome-reward.ts';

/** The answer with its outcome reward; null where the rule has no reward for it. */
export function judgedAnswer(
  { id, answerType: kind, answer: truth, text: question, grading }: Question,
  text: string,
  preset: RewardPreset,
): EvaluatedQuestion | null {
  if (grading !== undefined) {
    const correct = isRight(text, truth, grading);
    return { questionId: id, text, outcomeReward: Number(correct), correct };
  }
  const { reward } = outcomeReward({ kind, response: text, truth, question, preset });
  return reward === null ? null : { questionId: id, text, outcomeReward: reward, correct: reward >= 0.5 };
}
