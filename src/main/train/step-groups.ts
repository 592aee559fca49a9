/**
 * The groups of a step: a question with its N responses, what each is worth by rule (R^o), and what the thinking rewarder gives each
 * thinking (R^t). Deliberately absent: trust in R^t, and the reward made of both (trust/).
 */

import type { RewardPreset } from '../../shared/kinds/trust.ts';
import type { Question } from '../../shared/question.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { hash32, Random } from '../../shared/values/random.ts';
import { exactAnswer } from '../rewards/outcome/exact-answer.ts';
import { type OutcomeResult, outcomeReward } from '../rewards/outcome/outcome-reward.ts';
import type { ThinkingRequest, ThinkingRewarder, ThinkingScore } from '../rewards/thinking/source.ts';
import type { EncodedQuestion } from '../rollouts/encode-question.ts';
import type { DrawKey, Response } from '../rollouts/generate-responses.ts';
import { thinkingOf } from '../rollouts/thinking-text.ts';
import { trueAnswer } from '../tasks/scene/true-answer.ts';
import { askedResponses } from '../trust/total-reward.ts';
import type { GrpoRun } from './grpo-run.ts';

/** A question and its N responses. */
export interface Group {
  readonly question: Question;
  readonly prompt: string; // whole, without special tokens
  readonly responses: readonly Response[];
  readonly outcomes: readonly OutcomeResult[]; // R^o, one for each response
  readonly exact: readonly (boolean | null)[]; // whether its answer is right; null where that is not known
}

/** A group with R^t: one score for each response, null where it was not asked for; no list where the run has no thinking reward. */
export interface ScoredGroup extends Group {
  readonly scores: readonly (ThinkingScore | null)[] | null;
}

/** The step's responses by question, with their outcome rewards. */
export function groupsOf(
  { settings, sampler }: GrpoRun,
  questions: readonly EncodedQuestion[],
  responses: readonly Response[],
): Group[] {
  const { numGenerations } = settings.training;
  return questions.map(({ question, prompt }, g): Group => {
    const own = responses.slice(g * numGenerations, (g + 1) * numGenerations);
    return groupOf(question, sampler.tokenizer.decode(prompt.ids), own, settings.reward.preset);
  });
}

/** A question with its responses, each with its outcome reward. */
export function groupOf(
  question: Question,
  prompt: string,
  responses: readonly Response[],
  preset: RewardPreset,
): Group {
  const { answerType: kind, answer: truth, text } = question;
  const answers = responses.map(({ text: response }) => ({ kind, response, truth, question: text }));
  const outcomes = answers.map((answer) => outcomeReward({ ...answer, preset }));
  const known = trueAnswer(question);
  const exact = answers.map((answer) => exactAnswer({ ...answer, truth: known }));
  return { question, prompt, responses, outcomes, exact };
}

/** The groups with the thinking rewards of the responses that the preset asks about. Rejects where a stop ended the wait for them. */
export async function withThinking(
  groups: readonly Group[],
  rewarder: ThinkingRewarder,
  preset: RewardPreset,
  draw: DrawKey,
): Promise<ScoredGroup[]> {
  if (rewarder.isOff) return groups.map((group) => ({ ...group, scores: null }));
  const requests = groups.map(({ question, prompt, responses, outcomes }) => {
    const asked = new Set(
      askedResponses(
        preset,
        outcomes.map((outcome) => outcome.reward),
      ),
    );
    return responses.map(({ text }, n): ThinkingRequest | null =>
      asked.has(n) ? { question, prompt, thinking: thinkingOf(text), response: text } : null,
    );
  });
  const wanted = requests.flat().filter((request) => request !== null);
  const answers = wanted.length === 0 ? [] : await rewarder.score(wanted, draw);
  const scoreOf = new Map(wanted.map((request, i) => [request, answers[i]]));
  return groups.map((group, g) => ({
    ...group,
    scores: (requests[g] ?? []).map((request) => (request === null ? null : (scoreOf.get(request) ?? null))),
  }));
}

/** The seed of a run's draws: its own, or another one made from it by a salt. */
export function drawSeed({ seed, generation }: Settings): number {
  return generation.salt === 0 ? seed : hash32(`draws/${seed}/${generation.salt}`);
}

/** The groups with their thinking rewards dealt out anew within each group: a control that keeps every score and tells nothing. */
export function shuffledScores(groups: readonly ScoredGroup[], { seed, step }: DrawKey): ScoredGroup[] {
  return groups.map((group, g) => ({
    ...group,
    scores: group.scores === null ? null : new Random(seed, hash32(`shuffled/${step}/${g}`)).shuffle(group.scores),
  }));
}
