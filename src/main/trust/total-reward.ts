/**
 * The total rewards of one group (paper.md "Quantities"): R_i = R^o_i + gamma * alpha * decay * R^t_i.
 * Preset `paper` is the formula. Preset `official-code` is the released code (verl/workers/reward/custom.py): thinking counts only
 * where the answer scored, and not at all in groups that are all right or all wrong; it logs another gamma than it applies.
 *
 * A thinking reward that could not be had (null) is never a 0 in preset `paper`: the response has no total reward either (null), is
 * left out of the group's mean and spread and gets advantage 0. Giving it R^o alone would rank it below every scored equal,
 * that is, punish it for the scorer's failure. Where no response of the group has a thinking reward, as in plain GRPO or when
 * the scorer was down, the group keeps its outcome rewards: they are comparable with each other.
 */

import { type Annealing, REWARD_PRESETS, type RewardPreset, type TrustMode } from '../../shared/kinds/trust.ts';
import { zip } from '../../shared/values/list.ts';
import { decay as decayAt } from './decay.ts';
import { checkGroup, type GroupTrust, groupTrust, outcomeSides } from './gamma.ts';

/** The official code skips a group's thinking rewards where every answer is at or beyond one of these. */
const ALL_RIGHT_FROM = 0.9;
const ALL_WRONG_TO = 0.1;
/** The official code asks the reward model about answers from this score on; others get R^t = 0. */
const ASKED_FROM = 0.2;
/** What the official code logs as gamma for a skipped group. */
const SKIPPED_GAMMA_LOGGED = 0.5;

/** What the total rewards of one group are computed from. */
export interface TotalRewardsInput {
  readonly preset: RewardPreset;
  readonly outcomes: readonly (number | null)[]; // R^o
  /** R^t in [0, 1], null: not asked for, or could not be had. No list at all: the run has no thinking reward (plain GRPO). */
  readonly thinking: readonly (number | null)[] | null;
  readonly alpha: number;
  readonly trust: TrustMode;
  readonly correctThreshold?: number | undefined; // G_correct begins at this R^o; default: as released
  readonly annealing: Annealing;
  readonly step: number;
  readonly totalSteps: number; // T of the decay; see annealingLength
  readonly spreads?: readonly (number | null)[] | undefined; // of R^t, for trust mc-dropout
}

/** One group's total rewards and everything that entered them. */
export interface TotalRewards extends Omit<GroupTrust, 'gamma'> {
  readonly rewards: (number | null)[]; // R
  readonly thinkingUsed: (number | null)[]; // R^t as it entered R
  readonly gamma: number | null; // null, like decay and alpha: the run has no thinking reward
  readonly gammaLogged: number | null; // what the official code logs; null in preset `paper`
  readonly decay: number | null;
  readonly alpha: number | null;
  readonly asked: number[]; // indices of the responses whose thinking is asked about
  readonly skipped: boolean; // official-code: the whole group without thinking rewards
}

/** The decay's T, in steps: `annealingSteps` where set (above 0), else the preset's own, else the training steps. */
export function annealingLength(preset: RewardPreset, annealingSteps: number, trainingSteps: number): number {
  return annealingSteps > 0 ? annealingSteps : (REWARD_PRESETS[preset].annealingSteps ?? trainingSteps);
}

/** The input of a run that has a thinking reward. */
type Weighed = TotalRewardsInput & { readonly thinking: readonly (number | null)[] };

/** What a preset asks about, and what it makes of the scores. */
interface Formulas {
  readonly asked: (outcomes: readonly (number | null)[]) => number[];
  readonly rewards: (input: Weighed) => TotalRewards;
}

const PRESETS = {
  paper: { asked: withOutcome, rewards: paperRewards },
  'official-code': { asked: officialAsked, rewards: officialRewards },
} as const satisfies Record<RewardPreset, Formulas>;

/** Indices of the responses whose thinking is to be scored under a preset, given the group's outcome rewards. */
export function askedResponses(preset: RewardPreset, outcomes: readonly (number | null)[]): number[] {
  return PRESETS[preset].asked(outcomes);
}

function withOutcome(outcomes: readonly (number | null)[]): number[] {
  return outcomes.flatMap((outcome, i) => (outcome === null ? [] : [i]));
}

/** Indices of the responses that the official code would ask the reward model about. */
export function officialAsked(outcomes: readonly (number | null)[]): number[] {
  if (officialSkips(outcomes)) return [];
  return outcomes.flatMap((outcome, i) => (outcome !== null && outcome >= ASKED_FROM ? [i] : []));
}

/** The total rewards of one group. Throws on lists of different lengths and on values that are not finite. */
export function totalRewards(input: TotalRewardsInput): TotalRewards {
  const { outcomes, thinking } = input;
  checkGroup('outcomes', outcomes, outcomes.length);
  if (thinking === null) return outcomesAlone(outcomes, input.correctThreshold);
  checkGroup('thinking', thinking, outcomes.length);
  return PRESETS[input.preset].rewards({ ...input, thinking });
}

/** Plain GRPO: R = R^o under either preset. */
function outcomesAlone(outcomes: readonly (number | null)[], correctThreshold: number | undefined): TotalRewards {
  const none = { gamma: null, gammaLogged: null, decay: null, alpha: null, muC: null, muW: null };
  const rewards = [...outcomes];
  return {
    ...none,
    ...outcomeSides(outcomes, correctThreshold),
    rewards,
    thinkingUsed: outcomes.map(() => null),
    asked: [],
    skipped: false,
  };
}

function paperRewards(input: Weighed): TotalRewards {
  const { outcomes, thinking, alpha, spreads, correctThreshold } = input;
  const trust = groupTrust({ outcomes, thinking, mode: input.trust, spreads, correctThreshold });
  const decay = decayAt({ schedule: input.annealing, step: input.step, totalSteps: input.totalSteps });
  const unscored = thinking.every((score) => score === null);
  const rewards = outcomes.map((outcome, i) => {
    const score = thinking[i] ?? null;
    if (outcome === null || unscored) return outcome;
    return score === null ? null : outcome + trust.gamma * alpha * decay * score;
  });
  const asked = withOutcome(outcomes);
  return { ...trust, rewards, thinkingUsed: [...thinking], gammaLogged: null, decay, alpha, asked, skipped: false };
}

/** As the released code: unasked responses have R^t = 0 and count in the means with it, and so does a score that failed. */
function officialRewards(input: Weighed): TotalRewards {
  const { outcomes, alpha } = input;
  const skipped = officialSkips(outcomes);
  const asked = officialAsked(outcomes);
  const used = outcomes.map((outcome, i) =>
    outcome === null ? null : asked.includes(i) ? (input.thinking[i] ?? 0) : 0,
  );
  const decay = decayAt({ schedule: input.annealing, step: input.step, totalSteps: input.totalSteps });
  const trust = officialTrust(used, input);
  const weight = skipped ? 0 : trust.gamma * alpha * decay;
  const rewards = zip(outcomes, used).map(([outcome, score]) =>
    outcome === null || score === null ? null : outcome + weight * score,
  );
  const gammaLogged = skipped ? SKIPPED_GAMMA_LOGGED : loggedGamma(trust);
  return { ...trust, rewards, thinkingUsed: used, gammaLogged, decay, alpha, asked, skipped };
}

/** The code compares means with 0 for an empty side and does not apply gamma where no answer is right; so groupTrust's rule holds. */
function officialTrust(thinking: readonly (number | null)[], input: TotalRewardsInput): GroupTrust {
  const { outcomes, trust: mode, spreads, correctThreshold } = input;
  return groupTrust({ outcomes, thinking, mode, spreads, correctThreshold });
}

/** exp(2 (mu_c - mu_w)) where mu_c < mu_w, an empty side counting as 0. */
function loggedGamma({ muC, muW }: GroupTrust): number {
  const gap = (muC ?? 0) - (muW ?? 0);
  return gap < 0 ? Math.exp(2 * gap) : 1;
}

function officialSkips(outcomes: readonly (number | null)[]): boolean {
  const known = outcomes.filter((outcome) => outcome !== null);
  return known.every((outcome) => outcome >= ALL_RIGHT_FROM) || known.every((outcome) => outcome <= ALL_WRONG_TO);
}
