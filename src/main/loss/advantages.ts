/**
 * Advantages within groups of responses to one question (paper.md: A_i = (R_i - mean R) / std R), in float64 plain numbers: in
 * float32, equal rewards give advantages of up to 0.3 by rounding. Rewards come in groups of consecutive entries.
 *
 *   group  (R - mean_g) / (std_g + eps)      TRL's default
 *   batch  (R - mean_g) / (std_batch + eps)
 *   none   R - mean_g                        (Dr. GRPO)
 *
 * A null reward is left out of mean and std and gets advantage 0. A group whose rewards do not differ gets exactly 0.
 */

import { meanSimple } from 'simple-statistics';
import { SophiaError } from '../../shared/errors.ts';
import type { AdvantageScaling } from '../../shared/kinds/update.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { stdOf } from '../../shared/values/means.ts';

/** How advantages are scaled; names as in the settings schema. */
export type AdvantageConfig = Pick<Settings['loss'], 'scaleRewards' | 'stdDdof' | 'stdEps'> & {
  readonly groupSize: number; // responses per group, 2 or more
};

/** Advantages, one per reward, and the share of groups without any signal (TRL's frac_reward_zero_std). */
export interface Advantages {
  readonly advantages: number[];
  readonly zeroStdShare: number;
}

/** By what a group's deviations from its mean are divided; made once for all rewards of a batch. */
type Scaling = (batch: readonly number[], config: AdvantageConfig) => (scored: readonly number[]) => number;

const SCALES = {
  group: (_, { stdDdof, stdEps }) => {
    return (scored) => (stdOf(scored, stdDdof) ?? 0) + stdEps;
  },
  batch: (batch, { stdDdof, stdEps }) => {
    const scale = (stdOf(batch, stdDdof) ?? 0) + stdEps;
    return () => scale;
  },
  none: () => () => 1,
} as const satisfies Record<AdvantageScaling, Scaling>;

/** Rewards closer together than this are equal: they differ by rounding alone. */
const ZERO_RANGE = 1e-8;

/** The advantages of consecutive groups. Throws on a group of one, a batch of broken groups, and a NaN or infinite reward. */
export function groupAdvantages(rewards: readonly (number | null)[], config: AdvantageConfig): Advantages {
  const { groupSize } = config;
  checkRewards(rewards, groupSize);
  const scaleOf = SCALES[config.scaleRewards](known(rewards), config);
  const advantages: number[] = [];
  let withoutSignal = 0;
  for (let start = 0; start < rewards.length; start += groupSize) {
    const group = rewards.slice(start, start + groupSize);
    const scored = known(group);
    if (isFlat(scored)) {
      withoutSignal++;
      advantages.push(...group.map(() => 0));
      continue;
    }
    const center = meanSimple(scored);
    const scale = scaleOf(scored);
    advantages.push(...group.map((reward) => (reward === null ? 0 : (reward - center) / scale)));
  }
  return { advantages, zeroStdShare: rewards.length === 0 ? 0 : (withoutSignal * groupSize) / rewards.length };
}

function checkRewards(rewards: readonly (number | null)[], groupSize: number): void {
  if (!(Number.isInteger(groupSize) && groupSize >= 2)) {
    throw new SophiaError(
      'usage',
      `training.numGenerations: a group of ${groupSize} has no spread to compare within.`,
      'Use 2 or more responses per question.',
    );
  }
  if (rewards.length % groupSize !== 0) {
    throw new SophiaError('usage', `${rewards.length} rewards do not divide into groups of ${groupSize}.`);
  }
  const bad = rewards.findIndex((reward) => reward !== null && !Number.isFinite(reward));
  if (bad >= 0) {
    const place = `reward ${bad % groupSize} of group ${Math.floor(bad / groupSize)}`;
    throw new SophiaError('diverged', `${place} is ${rewards[bad]}: advantages need finite rewards (or null).`);
  }
}

function known(rewards: readonly (number | null)[]): number[] {
  return rewards.filter((reward) => reward !== null);
}

/** True for groups without anything to compare: one or no scored response, or equal rewards. */
function isFlat(scored: readonly number[]): boolean {
  return scored.length < 2 || Math.max(...scored) - Math.min(...scored) < ZERO_RANGE;
}
