/** What makes a leverage small, decided from what the runs logged: each reason one clause with its figures. */
import { ADVANTAGE_SCALINGS } from '../../../shared/kinds/update.ts';
import { LEAST_LEVERAGE } from '../../../shared/run/metrics.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

/** A part of the reward that can be taken away. */
export type RewardPart = 'thinking' | 'trust' | 'annealing';

/** Gamma from which on trust takes nothing away, and decay from which on annealing does not. */
const NEAR_ONE = 0.95;
/** mu_c - mu_w at which trust by exp, the paper's, is at NEAR_ONE: below it wrong answers have the better-rated thinking. */
const DISHONEST = Math.log(NEAR_ONE);
/** Share of groups with right and wrong answers below which the groups count as one-sided. */
const FEW_TWO_SIDED = 0.25;

/** Clauses that follow "because"; none where the metrics do not tell. `meanOf`: of a logged metric over the arm's runs. */
export function smallLeverageReasons(
  part: RewardPart,
  { reward, loss }: Settings,
  meanOf: (metric: string) => number | null,
): string[] {
  const gamma = meanOf('trust/gamma_two_sided/mean');
  const difference = meanOf('trust/mu_difference/mean');
  const twoSided = meanOf('trust/two_sided_share');
  const thinking = meanOf('leverage/thinking');
  const decay = meanOf('trust/decay');
  const isOneSided = twoSided !== null && twoSided < FEW_TWO_SIDED;
  const isCancelled = ADVANTAGE_SCALINGS[loss.scaleRewards].isByGroup && twoSided !== null && twoSided < 0.5;
  const share = (value: number) => `${(100 * value).toFixed(0)} %`;
  const reasons: string[] = [];
  if (part === 'trust' && gamma !== null && gamma >= NEAR_ONE) {
    const figures = `in groups with right and wrong answers gamma is ${gamma.toFixed(3)}${
      difference === null ? '' : ` (mu_c - mu_w ${difference < 0 ? '' : '+'}${difference.toFixed(3)})`
    }`;
    reasons.push(
      difference !== null && difference < DISHONEST
        ? `this trust (${reward.trust}) does not notice that wrong answers have the better-rated thinking: ${figures}`
        : `the TRM is honest: ${figures}, so there is nothing to distrust`,
    );
  }
  if (part === 'trust' && isOneSided)
    reasons.push(
      `groups are one-sided: only ${share(twoSided)} have both right and wrong answers, and gamma is 1 in all others`,
    );
  if (part === 'annealing' && decay !== null && decay >= NEAR_ONE)
    reasons.push(`the decay stays near 1 (mean ${decay.toFixed(3)})`);
  if (part === 'annealing' && isCancelled)
    reasons.push(
      `in ${share(1 - twoSided)} of the groups the answers are all right or all wrong, and there division by the group's deviation cancels alpha and decay`,
    );
  if (part !== 'thinking' && thinking !== null && thinking < LEAST_LEVERAGE)
    reasons.push(
      `alpha is too small: at ${reward.alpha} the whole thinking reward changes ${share(thinking)} of the signal`,
    );
  if (part === 'thinking') reasons.push(`alpha is too small: ${reward.alpha}`);
  return reasons;
}
