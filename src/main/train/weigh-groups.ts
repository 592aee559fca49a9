/**
 * From a step's scores to its advantages: trust and annealing give each group its total rewards, the groups' spread gives the advantages; with
 * them what is stored of each response, and how much each part of the reward counts. Numbers only: every trainer weighs its groups here.
 * Deliberately absent: the formulas (trust/, loss/advantages.ts).
 */
import type { Settings } from '../../shared/settings/settings.ts';
import { groupAdvantages } from '../loss/advantages.ts';
import { leverageOf } from '../loss/leverage.ts';
import { thinkingOf } from '../rollouts/thinking-text.ts';
import { styleOf } from '../tasks/rubric/style.ts';
import { annealingLength, totalRewards } from '../trust/total-reward.ts';
import type { GrpoStepResult } from './grpo-run.ts';
import { responseRecords } from './response-records.ts';
import { drawSeed, type ScoredGroup, shuffledScores } from './step-groups.ts';

/** A step's part of GrpoStepResult that its groups alone decide, and A, one for each response in the groups' order. */
export interface WeighedGroups
  extends Pick<GrpoStepResult, 'records' | 'styles' | 'trust' | 'leverage' | 'scores' | 'zeroStdShare'> {
  readonly advantages: readonly number[];
}

/** Weighs the groups of a step (from 1), each of training.numGenerations responses. */
export function weighGroups(rated: readonly ScoredGroup[], settings: Settings, step: number): WeighedGroups {
  const { reward, training, loss } = settings;
  const scored = reward.shuffled ? shuffledScores(rated, { seed: drawSeed(settings), step }) : rated;
  const N = training.numGenerations;
  const T = annealingLength(reward.preset, reward.annealingSteps, training.totalSteps);
  const weighed = scored.map((group) => {
    const outcomes = group.outcomes.map((outcome) => outcome.reward); // R^o
    const thinking = group.scores?.map((score) => score?.score ?? null) ?? null; // R^t
    const spreads = group.scores?.map((score) => score?.spread ?? null);
    return { ...reward, outcomes, thinking, spreads, step, totalSteps: T };
  });
  const groups = scored.map((group, g) => ({ ...group, trust: totalRewards(weighed[g]!) }));
  const R = groups.flatMap(({ trust }) => trust.rewards);
  const scaling = { ...loss, groupSize: N };
  const { advantages, zeroStdShare } = groupAdvantages(R, scaling);
  return {
    advantages,
    zeroStdShare,
    records: groups.flatMap((group, g) => responseRecords(group, advantages.slice(g * N, (g + 1) * N))),
    styles: groups.flatMap(({ question, responses }) =>
      responses.map(({ text }) => styleOf(question, thinkingOf(text))),
    ),
    scores: groups.flatMap((group) => group.scores ?? []),
    trust: groups.map((group) => group.trust),
    leverage: leverageOf(weighed, scaling),
  };
}
