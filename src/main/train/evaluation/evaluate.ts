/**
 * Answers questions with a model, greedily or sampled once at temperature 1, through the same prompt, generator and outcome rule as training;
 * whether an answer is right is judged beside it (exact-answer.ts).
 */

import { EVALUATION_MODES, type EvaluationMode } from '../../../shared/kinds/evaluation-mode.ts';
import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Question } from '../../../shared/question.ts';
import type { EvaluatedQuestion } from '../../../shared/run/run-events.ts';
import { letGoOfPictures } from '../../model/image/let-go.ts';
import { UNCHANGED } from '../../model/network/sampling.ts';
import type { Weights } from '../../model/network/weights.ts';
import { type EncodedQuestion, type EncodeOptions, encodeQuestion } from '../../rollouts/encode-question.ts';
import { generateResponses, type Sampler } from '../../rollouts/generate-responses.ts';
import { judgedAnswer } from './judged-answer.ts';

/** How to evaluate. */
export interface EvaluateOptions extends EncodeOptions {
  readonly mode: EvaluationMode;
  readonly maxCompletionLength: number;
  readonly preset: RewardPreset;
  readonly seed: number;
  readonly batchSize?: number; // questions at once
}

const BATCH = 100;
/** Sets evaluation's draws apart from every training step's. */
const EVALUATION_STEP = 0xe7a1;

/** Answers each question once, in order. Pictures are let go of as they have been cut. */
export async function evaluateQuestions(
  sampler: Sampler,
  weights: Weights,
  questions: readonly Question[],
  options: EvaluateOptions,
): Promise<EvaluatedQuestion[]> {
  const results: EvaluatedQuestion[] = [];
  const size = options.batchSize ?? BATCH;
  for (let from = 0; from < questions.length; from += size) {
    const encoded: EncodedQuestion[] = [];
    for (const question of questions.slice(from, from + size)) {
      encoded.push(encodeQuestion(sampler, question, options));
      await letGoOfPictures();
    }
    const key = EVALUATION_MODES[options.mode].isDrawn ? { seed: options.seed, step: EVALUATION_STEP } : null;
    const { responses, features } = generateResponses(
      sampler,
      weights,
      encoded,
      1,
      options.maxCompletionLength,
      UNCHANGED,
      key,
    );
    features?.dispose();
    encoded.forEach(({ question }, i) => {
      const judged = judgedAnswer(question, responses[i]!.text, options.preset);
      if (judged !== null) results.push(judged);
    });
  }
  return results;
}
