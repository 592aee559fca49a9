/**
 * An answer to a benchmark question, judged by the benchmark's own rule where it has one; else its outcome reward by the rule that trains, and
 * beside it whether it is right. No model: every trainer judges here.
 */
import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion } from '../../../shared/run/run-events.ts';
import { isRight } from '../../rewards/benchmarks/rules.ts';
import { exactAnswer } from '../../rewards/outcome/exact-answer.ts';
import { outcomeReward } from '../../rewards/outcome/outcome-reward.ts';
import { trueAnswer } from '../../tasks/scene/true-answer.ts';
import { isCorrect } from '../../trust/gamma.ts';

/** The answer with its outcome reward and whether it is right; null where the rule has no reward for it. */
export function judgedAnswer(question: Question, text: string, preset: RewardPreset): EvaluatedQuestion | null {
  const { id, answerType: kind, answer: truth, grading } = question;
  if (grading !== undefined) {
    const correct = isRight(text, truth, grading);
    return { questionId: id, text, outcomeReward: Number(correct), correct, exact: correct };
  }
  const answered = { kind, response: text, truth, question: question.text };
  const { reward } = outcomeReward({ ...answered, preset });
  if (reward === null) return null;
  const exact = exactAnswer({ ...answered, truth: trueAnswer(question) });
  return { questionId: id, text, outcomeReward: reward, correct: isCorrect(reward), exact };
}
