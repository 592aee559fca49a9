/**
 * Validation of TRMs on questions and responses they never saw: thinkings sampled from the base model, ranked within each question, against the rubric;
 * and whether the score leans on what it must not see (answer right or wrong at equal rubric score, length).
 */
import type { Question, Split } from '../../shared/question.ts';
import { createGenerator } from '../model/decode.ts';
import { modelFolder } from '../model/find-model.ts';
import { loadModel } from '../model/model-folder.ts';
import { outcomeReward } from '../rewards/outcome/outcome-reward.ts';
import type { ThinkingRewarder, ThinkingScore } from '../rewards/thinking/source.ts';
import { encodeQuestion } from '../rollouts/encode-question.ts';
import { createSampler, generateResponses } from '../rollouts/generate-responses.ts';
import { thinkingOf } from '../rollouts/prompt.ts';
import { generateQuestion } from '../tasks/generate.ts';
import { DIMENSIONS, type Dimension } from '../tasks/rubric/dimensions.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';
import type { JudgedGroup, RatedGroup } from './judged.ts';
import { OBSERVED } from './measures.ts';
import { type PairwiseAccuracy, pairwiseAccuracy } from './pairwise.ts';

/** How the embedded models see a question. */
export const EMBEDDED = { imageSize: 56, prompt: 'short' } as const;
/** Responses to each validation question. */
export const SAMPLES = 8;
const QUESTIONS_AT_ONCE = 10;

/** One thinking to be judged, with what is known of it. */
export interface ValidationItem {
  readonly question: Question;
  readonly thinking: string;
  readonly text: string;
  readonly rubric: number;
  readonly outcome: number;
}

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
      const scores = await rateGroups(rewarder, groups);
      const result = raterFigures(
        groups,
        scores.map((group) => group.map((one) => one.score)),
      );
      figures[name] = { ...figures[name], [split]: result } as ValidationFigures[string];
      log(
        `${name} on ${split}: pairwise ${(100 * result.pairwise.accuracy).toFixed(1)} % [${(100 * result.pairwise.low).toFixed(1)}, ${(100 * result.pairwise.high).toFixed(1)}] of ${result.pairwise.pairs} pairs, ties ${result.pairwise.ties}, unscored ${result.pairwise.unscored}, error ${result.meanAbsoluteError.toFixed(3)}, mean ${result.meanScore.toFixed(3)}, answer leak ${result.answerLeak?.toFixed(3)}`,
      );
    }
  }
  return figures;
}

/** A rater's scores of every group's thinkings. */
export async function rateGroups(
  rewarder: ThinkingRewarder,
  groups: readonly ValidationItem[][],
): Promise<ThinkingScore[][]> {
  const rated: ThinkingScore[][] = [];
  for (let from = 0; from < groups.length; from += QUESTIONS_AT_ONCE) {
    const part = groups.slice(from, from + QUESTIONS_AT_ONCE);
    const requests = part.flatMap((group) =>
      group.map(({ question, thinking, text }) => ({ question, thinking, response: text })),
    );
    const scores = await rewarder.score(requests);
    rated.push(...part.map((_, i) => scores.slice(i * SAMPLES, (i + 1) * SAMPLES)));
  }
  return rated;
}

/** Questions of a split with SAMPLES responses each from the base model at temperature 1. */
export function validationGroups(split: Split, count: number): ValidationItem[][] {
  const base = loadModel(modelFolder('tiny-vl-base'));
  const sampler = createSampler(base.config, base.tokenizer, createGenerator(base.config));
  const questions = Array.from({ length: count }, (_, i) => generateQuestion(split, 2_000_000 + i));
  const groups: ValidationItem[][] = [];
  for (let from = 0; from < questions.length; from += QUESTIONS_AT_ONCE) {
    const part = questions.slice(from, from + QUESTIONS_AT_ONCE);
    const encoded = part.map((question) => encodeQuestion(base, question, EMBEDDED));
    const { responses, features } = generateResponses(
      sampler,
      base.weights,
      encoded,
      SAMPLES,
      64,
      { temperature: 1, topP: 1, topK: 0 },
      { seed: 77, step: 0 },
    );
    features?.dispose();
    part.forEach((question, i) => {
      groups.push(responses.slice(i * SAMPLES, (i + 1) * SAMPLES).map(({ text }) => itemOf(question, text)));
    });
  }
  return groups;
}

function itemOf(question: Question, text: string): ValidationItem {
  const thinking = thinkingOf(text);
  const outcome =
    outcomeReward({ kind: question.answerType, response: text, truth: question.answer, preset: 'paper' }).reward ?? 0;
  return { question, thinking, text, outcome, rubric: rateThinking(question, thinking).score };
}

/** A question's items as the comparison of raters takes them. */
export function judgedGroup(items: readonly ValidationItem[]): JudgedGroup {
  const { question } = items[0]!;
  const responses = items.map(({ thinking, text, rubric, outcome }) => {
    const { dimensions } = rateThinking(question, thinking);
    const scores = Object.fromEntries(DIMENSIONS.map((one) => [one, dimensions[one].score]));
    return { thinking, text, truth: rubric, outcome, dimensions: scores as Record<Dimension, number> };
  });
  return { question, parts: [`category:${question.category}`], responses };
}

function raterFigures(groups: readonly ValidationItem[][], rated: readonly (number | null)[][]): RaterFigures {
  const judged = groups.map((items, g): RatedGroup => ({ ...judgedGroup(items), scores: rated[g]! }));
  return {
    pairwise: pairwiseAccuracy(
      groups.map((group, g) => ({ truth: group.map((item) => item.rubric), rated: rated[g]! })),
    ),
    meanAbsoluteError: OBSERVED['mean-absolute-error'](judged).value ?? Number.NaN,
    meanScore: OBSERVED['mean-score'](judged).value ?? Number.NaN,
    answerLeak: OBSERVED['answer-leak'](judged).value,
  };
}
