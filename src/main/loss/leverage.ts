/**
 * Leverage: how much of a step's training signal a part of the reward is responsible for. The step's advantages are computed
 * again with that part taken away, and
 *
 *   leverage = RMS(advantages - advantages without it) / RMS(advantages)
 *
 * `thinking`: without the thinking reward; `trust`: with gamma = 1; `annealing`: with decay = 1. Where it is small, no number of
 * seeds shows the part in answers. Deliberately absent: what makes it small (the page says).
 */
import { ANNEALING_SCHEDULES, TRUST_MODES } from '../../shared/kinds/trust.ts';
import type { TotalRewardsInput } from '../trust/total-reward.ts';
import { totalRewards } from '../trust/total-reward.ts';
import { type AdvantageConfig, groupAdvantages } from './advantages.ts';

/** Each part's leverage, 0 and up; null where the part is off or the step has no signal at all. */
export interface Leverage {
  readonly thinking: number | null;
  readonly trust: number | null;
  readonly annealing: number | null;
}

/** Leverage of a step from what its groups' total rewards were computed from, one entry per group. */
export function leverageOf(groups: readonly TotalRewardsInput[], config: AdvantageConfig): Leverage {
  const advantagesOf = (change: Partial<TotalRewardsInput>) =>
    groupAdvantages(
      groups.flatMap((group) => totalRewards({ ...group, ...change }).rewards),
      config,
    ).advantages;
  const actual = advantagesOf({});
  const signal = rootMeanSquare(actual);
  const without = (change: Partial<TotalRewardsInput>): number | null => {
    if (signal === 0) return null;
    const changed = advantagesOf(change);
    return rootMeanSquare(actual.map((advantage, i) => advantage - (changed[i] ?? 0))) / signal;
  };
  const usesThinking = groups.some(({ thinking }) => thinking !== null);
  return {
    thinking: usesThinking ? without({ thinking: null }) : null,
    trust: usesThinking && groups.some(({ trust }) => !TRUST_MODES[trust].isOff) ? without({ trust: 'none' }) : null,
    annealing:
      usesThinking && groups.some(({ annealing }) => !ANNEALING_SCHEDULES[annealing].isOff)
        ? without({ annealing: 'none' })
        : null,
  };
}

function rootMeanSquare(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
