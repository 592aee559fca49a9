/**
 * gamma, how far a group's thinking rewards are trusted (paper.md "Quantities"): 1 where right responses think at least as well as
 * wrong ones, else less. Plain numbers, no tensors: What-if uses this same code.
 *
 *   exp         gamma = 1 if mu_c >= mu_w, else exp(mu_c - mu_w)      (the paper)
 *   gate        gamma = 1 if mu_c >= mu_w, else 0
 *   mc-dropout  gamma = V / (V + mean s_i^2)                          (ours, see reliability)
 *   none        gamma = 1
 *
 * Deliberately absent: annealing (decay.ts) and the total reward (total-reward.ts).
 */

import { SophiaError } from '../../shared/errors.ts';
import { CORRECT_THRESHOLD, type TrustMode } from '../../shared/kinds/trust.ts';
import { meanOf } from '../../shared/values/means.ts';

/** Whether an outcome reward puts its response into G_correct: at least `threshold` (setting reward.correctThreshold). Null is in neither group. */
export function isCorrect(outcome: number | null | undefined, threshold: number = CORRECT_THRESHOLD): boolean {
  return outcome != null && outcome >= threshold;
}

/** Whether an outcome reward puts its response into G_wrong: known, and not in G_correct. */
export function isWrong(outcome: number | null | undefined, threshold: number = CORRECT_THRESHOLD): boolean {
  return outcome != null && !isCorrect(outcome, threshold);
}

/** What trust is computed from: one entry per response of the group, null where a score could not be had. */
export interface TrustInput {
  readonly outcomes: readonly (number | null)[]; // R^o
  readonly thinking: readonly (number | null)[]; // R^t in [0, 1]
  readonly mode: TrustMode;
  readonly correctThreshold?: number | undefined; // G_correct begins at this R^o; default: CORRECT_THRESHOLD
  readonly spreads?: readonly (number | null)[] | undefined; // mc-dropout: standard deviation of each R^t over the passes
}

/** gamma in [0, 1], the means and counts behind it. A mean is null where its side has no scored response. */
export interface GroupTrust {
  readonly gamma: number;
  readonly muC: number | null;
  readonly muW: number | null;
  readonly nC: number;
  readonly nW: number;
}

/**
 * The trust weight of one group. Responses whose outcome or thinking reward is null are left out of both means and counts;
 * where a side is empty, gamma is 1 (exp, gate). Throws on lists of different lengths and on non-finite values.
 */
export function groupTrust({ outcomes, thinking, mode, spreads, correctThreshold }: TrustInput): GroupTrust {
  checkGroup('thinking', thinking, outcomes.length);
  checkGroup('outcomes', outcomes, outcomes.length);
  const right = thinking.filter((score, i) => score !== null && isCorrect(outcomes[i], correctThreshold));
  const wrong = thinking.filter((score, i) => score !== null && isWrong(outcomes[i], correctThreshold));
  const muC = meanOf(right);
  const muW = meanOf(wrong);
  const gap = muC === null || muW === null ? 0 : muC - muW;
  return { gamma: WEIGHTS[mode]({ gap, thinking, spreads }), muC, muW, nC: right.length, nW: wrong.length };
}

/** How many responses are in G_correct and how many in G_wrong: nC and nW where no thinking is scored at all. */
export function outcomeSides(
  outcomes: readonly (number | null)[],
  correctThreshold?: number,
): { readonly nC: number; readonly nW: number } {
  const nC = outcomes.filter((outcome) => isCorrect(outcome, correctThreshold)).length;
  return { nC, nW: outcomes.filter((outcome) => isWrong(outcome, correctThreshold)).length };
}

/** Throws unless a list has the group's length and holds only finite numbers and nulls. */
export function checkGroup(name: string, values: readonly (number | null)[], size: number): void {
  if (values.length !== size) {
    throw new SophiaError('internal', `${name}: ${values.length} values for a group of ${size}.`);
  }
  const bad = values.findIndex((value) => value !== null && !Number.isFinite(value));
  if (bad >= 0) throw new SophiaError('diverged', `${name}[${bad}] is ${values[bad]}, not a finite number.`);
}

/** What a weight is made from: mu_c - mu_w (0 where a side is empty) and the group's scores with their spreads. */
interface WeightInput {
  readonly gap: number;
  readonly thinking: readonly (number | null)[];
  readonly spreads: readonly (number | null)[] | undefined;
}

/** Means of tenths that are equal differ by rounding, by how many there are of each: no reason to shut a gate. */
const EQUAL_MEANS = 1e-9;

const WEIGHTS = {
  exp: ({ gap }) => (gap >= 0 ? 1 : Math.exp(gap)),
  gate: ({ gap }) => (gap >= -EQUAL_MEANS ? 1 : 0),
  'mc-dropout': ({ thinking, spreads }) => {
    if (thinking.every((score) => score === null)) return 1;
    if (spreads === undefined) throw new SophiaError('internal', 'trust mc-dropout: no spreads were given.');
    checkGroup('spreads', spreads, thinking.length);
    return reliability(thinking, spreads);
  },
  none: () => 1,
} as const satisfies Record<TrustMode, (input: WeightInput) => number>;

/**
 * The reliability of the scores within the group, as test theory has it: the share of their variance that tells responses apart,
 * V / (V + mean s_i^2), V the (population) variance of R^t over the group, s_i the spread of response i over the dropout passes.
 * s_i is that of one pass, not of their mean: more passes measure the rater's doubt better, they do not make it surer.
 * It needs no scale to tune: 1 where the passes agree, 0.5 where noise is as large as the differences, 0 where all differences
 * could be noise. One weight for the group rather than one each, because a weight below 1 on an uncertain response alone would
 * be a penalty for uncertainty, not less trust. Without any spread: 1.
 */
function reliability(thinking: readonly (number | null)[], spreads: readonly (number | null)[]): number {
  const known = thinking.flatMap((score, i) => {
    const spread = spreads[i];
    return score === null || spread === null || spread === undefined ? [] : [{ score, spread }];
  });
  const center = meanOf(known.map(({ score }) => score));
  if (center === null) return 1;
  const between = meanOf(known.map(({ score }) => (score - center) ** 2)) ?? 0;
  const noise = meanOf(known.map(({ spread }) => spread ** 2)) ?? 0;
  return noise === 0 ? 1 : between / (between + noise);
}
