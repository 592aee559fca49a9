/**
 * Validation of TRMs on questions and responses they never saw: thinkings sampled from the base model, ranked within each question, against the rubric;
 * and whether the score leans on what it must not see (answer right or wrong at equal rubric score, length).
 */

import type { Question, Split } from '../../../shared/question.ts';
import { DIMENSIONS, type Dimension } from '../../../shared/trm/annotations.ts';
import { zip } from '../../../shared/values/list.ts';
import { modelFolder } from '../../model/folder/find-model.ts';
import { loadModel } from '../../model/folder/model-folder.ts';
import { createGenerator } from '../../model/network/decode.ts';
import { UNCHANGED } from '../../model/network/sampling.ts';
import { outcomeReward } from '../../rewards/outcome/outcome-reward.ts';
import type { ThinkingRewarder } from '../../rewards/thinking/source.ts';
import { EMBEDDED, encodeQuestion } from '../../rollouts/encode-question.ts';
import { createSampler, generateResponses } from '../../rollouts/generate-responses.ts';
import { thinkingOf } from '../../rollouts/thinking-text.ts';
import { rateThinking } from '../../tasks/rubric/rate.ts';
import { generateQuestion } from '../../tasks/worlds/everyday/generate.ts';
import { rateGroups } from '../rating/rate-groups.ts';
import type { JudgedGroup, JudgedResponse, RatedGroup } from './judged.ts';
import { OBSERVED } from './measures.ts';
import { type PairwiseAccuracy, pairwiseAccuracy } from './pairwise.ts';

/** Responses to each validation question. */
export const SAMPLES = 8;
const QUESTIONS_AT_ONCE = 10;

/** Figures of one rater on one split. */
export interface RaterFigures {
  readonly pairwise: PairwiseAccuracy;
  readonly meanAbsoluteError: number;
  readonly meanScore: number;
  readonly answerLeak: number | null; // mean score of right minus wrong answers at equal rubric score: 0 is what it should be
}

export type ValidationFigures = Record<string, Record<'test' | 'hard', RaterFigures>>;

/** Validates raters by name on `count` questions of each split. */
export async function validateRaters(
  raters: Record<string, ThinkingRewarder>,
  count: number,
  log: (line: string) => void,
): Promise<ValidationFigures> {
  const figures: ValidationFigures = {};
  for (const split of ['test', 'hard'] as const) {
    const groups = validationGroups(split, count);
    for (const [name, rewarder] of Object.entries(raters)) {
      const result = raterFigures(groups, await rateGroups(rewarder, groups));
      figures[name] = { ...figures[name], [split]: result } as ValidationFigures[string];
      log(
        `${name} on ${split}: pairwise ${(100 * result.pairwise.accuracy).toFixed(1)} % [${(100 * result.pairwise.low).toFixed(1)}, ${(100 * result.pairwise.high).toFixed(1)}] of ${result.pairwise.pairs} pairs, ties ${result.pairwise.ties}, unscored ${result.pairwise.unscored}, error ${result.meanAbsoluteError.toFixed(3)}, mean ${result.meanScore.toFixed(3)}, answer leak ${result.answerLeak?.toFixed(3)}`,
      );
    }
  }
  return figures;
}

/** Questions of a split with SAMPLES responses each from the base model at temperature 1. */
export function validationGroups(split: Split, count: number): JudgedGroup[] {
  const base = loadModel(modelFolder('tiny-vl-base'));
  const sampler = createSampler(base, createGenerator(base.config));
  const questions = Array.from({ length: count }, (_, i) => generateQuestion(split, 2_000_000 + i));
  const groups: JudgedGroup[] = [];
  for (let from = 0; from < questions.length; from += QUESTIONS_AT_ONCE) {
    const part = questions.slice(from, from + QUESTIONS_AT_ONCE);
    const encoded = part.map((question) => encodeQuestion(base, question, EMBEDDED));
    const { responses, features } = generateResponses(sampler, base.weights, encoded, SAMPLES, 64, UNCHANGED, {
      seed: 77,
      step: 0,
    });
    features?.dispose();
    part.forEach((question, i) => {
      const own = responses.slice(i * SAMPLES, (i + 1) * SAMPLES).map(({ text }) => judgedResponse(question, text));
      groups.push({ question, parts: [`category:${question.category}`], responses: own });
    });
  }
  return groups;
}

function judgedResponse(question: Question, text: string): JudgedResponse {
  const thinking = thinkingOf(text);
  const outcome =
    outcomeReward({
      kind: question.answerType,
      response: text,
      truth: question.answer,
      question: question.text,
      preset: 'paper',
    }).reward ?? 0;
  const { score, dimensions } = rateThinking(question, thinking);
  const each = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, dimensions[dimension].score]));
  return { thinking, text, truth: score, outcome, dimensions: each as Record<Dimension, number> };
}

function raterFigures(groups: readonly JudgedGroup[], scores: readonly (readonly (number | null)[])[]): RaterFigures {
  const rated = zip(groups, scores).map(([group, own]): RatedGroup => ({ ...group, scores: own }));
  return {
    pairwise: pairwiseAccuracy(
      rated.map((group) => ({ truth: group.responses.map((response) => response.truth), rated: group.scores })),
    ),
    meanAbsoluteError: OBSERVED['mean-absolute-error'](rated).value ?? Number.NaN,
    meanScore: OBSERVED['mean-score'](rated).value ?? Number.NaN,
    answerLeak: OBSERVED['answer-leak'](rated).value,
  };
}
