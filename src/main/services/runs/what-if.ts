/**
 * What-if: the logged rewards of a run put through other trust, annealing, alpha or preset, with the code that training uses. It shows
 * what the same responses would have been given, not what the policy would have learned from it.
 */

import { SophiaError } from '../../../shared/errors.ts';
import { thinkingKind } from '../../../shared/kinds/thinking.ts';
import { TRUST_MODES, type TrustMode } from '../../../shared/kinds/trust.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { given } from '../../../shared/values/given.ts';
import { zip } from '../../../shared/values/list.ts';
import { meanOf } from '../../../shared/values/means.ts';
import { groupAdvantages } from '../../loss/advantages.ts';
import { type Leverage, leverageOf } from '../../loss/leverage.ts';
import type { ResponseRow, RunDetail } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import { annealingLength, type TotalRewardsInput, totalRewards } from '../../trust/total-reward.ts';

/** Steps that one request recomputes at most, spread evenly over the run. */
const MOST_STEPS = 150;
/** Differences below this are rounding. */
const SAME = 1e-6;

/** Reward settings to recompute with; what is not given stays as the run had it. */
export type WhatIfChanges = {
  readonly [K in 'preset' | 'alpha' | 'trust' | 'annealing' | 'annealingSteps' | 'correctThreshold']?:
    | Settings['reward'][K]
    | undefined;
};

/** One step: means over its responses, as logged and as recomputed. */
export interface WhatIfStep {
  readonly step: number;
  readonly gamma: number | null;
  readonly newGamma: number | null;
  readonly reward: number | null;
  readonly newReward: number | null;
  readonly decay: number | null;
  readonly newDecay: number | null;
  readonly signChanged: number; // share of responses whose advantage changes sign
  readonly meanChange: number; // mean of |new advantage - logged advantage|
}

/** One logged response beside what other settings would have made of it. */
export interface WhatIfResponse extends ResponseRow {
  readonly newGamma: number | null;
  readonly newReward: number | null;
  readonly newAdvantage: number;
}

/**
 * A run over its steps. `reproduced`: with the run's own settings the logged advantages come out again (within rounding);
 * `worst`: how far the worst was off.
 */
export interface WhatIfRun {
  readonly steps: readonly WhatIfStep[];
  readonly used: number;
  readonly total: number;
  readonly reproduced: boolean;
  readonly worst: number;
  /** Means over the steps of what each part of the reward, as changed, is responsible for; null where it is off. */
  readonly leverage: Leverage;
}

/** Recomputes trust, reward and advantage of a run's logged groups; trains nothing. */
export function whatIfRun(store: Store, runId: number, changes: WhatIfChanges): WhatIfRun {
  const run = store.run(runId);
  refuseWithoutSettings(run);
  const all = store.responseSteps(run.id);
  const every = Math.max(1, Math.ceil(all.length / MOST_STEPS));
  const steps = all.filter((_, i) => (i + 1) % every === 0 || i === all.length - 1);
  let worst = 0;
  const leverages: Leverage[] = [];
  const out = steps.map((step): WhatIfStep => {
    const rows = store.stepResponses(run.id, step);
    const own = recompute(inputsOf(rows, run.settings, step, {}));
    for (const row of own) worst = Math.max(worst, Math.abs(row.newAdvantage - (row.advantage ?? 0)));
    const changed = inputsOf(rows, run.settings, step, changes);
    leverages.push(leverageOf(changed.inputs, changed.scaling));
    return summary(step, recompute(changed));
  });
  const leverage = {
    thinking: meanOf(leverages.map((of) => of.thinking)),
    trust: meanOf(leverages.map((of) => of.trust)),
    annealing: meanOf(leverages.map((of) => of.annealing)),
  };
  const reproduced = out.length > 0 && worst < 1e-3;
  return { steps: out, used: out.length, total: all.length, reproduced, worst, leverage };
}

/** The same for one step, response by response. */
export function whatIfStep(store: Store, runId: number, step: number, changes: WhatIfChanges): WhatIfResponse[] {
  const run = store.run(runId);
  refuseWithoutSettings(run);
  return recompute(inputsOf(store.stepResponses(runId, step), run.settings, step, changes));
}

/** A log of another program tells no settings, so that there is nothing to change. */
function refuseWithoutSettings({ name, settings }: Pick<RunDetail, 'name' | 'settings'>): void {
  if (settings.reward === undefined)
    throw new SophiaError(
      'usage',
      `Run ${name} came from another program's log, which tells no settings and no responses.`,
    );
}

type Recomputed = WhatIfResponse & { readonly newDecay: number | null };

/** What the total rewards of a step's groups are computed from under changed settings, and how its advantages are scaled. */
function inputsOf(rows: readonly ResponseRow[], settings: Settings, step: number, changed: WhatIfChanges) {
  const reward = { ...settings.reward, ...given(changed) };
  const totalSteps = annealingLength(reward.preset, reward.annealingSteps, settings.training.totalSteps);
  const { isOff } = thinkingKind(reward);
  const trust = trustOf(reward.trust, rows, changed.trust !== undefined);
  const groups = [...Map.groupBy(rows, (row) => row.group).values()];
  const inputs = groups.map(
    (group): TotalRewardsInput => ({
      preset: reward.preset,
      alpha: reward.alpha,
      trust,
      correctThreshold: reward.correctThreshold, // none of a run of before there was one: as released
      annealing: reward.annealing,
      outcomes: group.map((row) => row.outcomeReward),
      thinking: isOff ? null : group.map((row) => row.thinkingReward),
      spreads: group.map((row) => row.thinkingSpread),
      step,
      totalSteps,
    }),
  );
  return { groups, inputs, scaling: { ...settings.loss, groupSize: settings.training.numGenerations } };
}

/** Trust, total reward and advantage of a step's responses. */
function recompute({ groups, inputs, scaling }: ReturnType<typeof inputsOf>): Recomputed[] {
  const results = inputs.map(totalRewards);
  const { advantages } = groupAdvantages(
    results.flatMap((result) => result.rewards),
    scaling,
  );
  const weighed = zip(groups, results).flatMap(([group, result]) =>
    zip(group, result.rewards).map(([row, newReward]) => ({ row, newReward, result })),
  );
  return zip(weighed, advantages).map(([{ row, newReward, result }, newAdvantage]) => ({
    ...row,
    newGamma: result.gamma,
    newReward,
    newAdvantage,
    newDecay: result.decay,
  }));
}

/** MC dropout needs the passes' spreads: a run of before they were stored is recomputed without trust, one that had no passes refused. */
function trustOf(trust: TrustMode, rows: readonly ResponseRow[], asked: boolean): TrustMode {
  if (!TRUST_MODES[trust].needsSpreads || rows.some((row) => row.thinkingSpread !== null)) return trust;
  if (rows.every((row) => row.thinkingReward === null) || !asked) return 'none';
  throw new SophiaError(
    'usage',
    `This run logged no spreads of dropout passes, which trust ${trust} is computed from.`,
    'Choose another trust.',
  );
}

function summary(step: number, rows: readonly Recomputed[]): WhatIfStep {
  const changedSign = rows.filter((row) => sign(row.advantage ?? 0) !== sign(row.newAdvantage)).length;
  const change = rows.reduce((sum, row) => sum + Math.abs(row.newAdvantage - (row.advantage ?? 0)), 0);
  return {
    step,
    gamma: meanOf(rows.map((row) => row.gamma)),
    newGamma: meanOf(rows.map((row) => row.newGamma)),
    reward: meanOf(rows.map((row) => row.reward)),
    newReward: meanOf(rows.map((row) => row.newReward)),
    decay: rows[0]?.decay ?? null,
    newDecay: rows[0]?.newDecay ?? null,
    signChanged: changedSign / rows.length,
    meanChange: change / rows.length,
  };
}

const sign = (value: number): number => (Math.abs(value) < SAME ? 0 : Math.sign(value));
