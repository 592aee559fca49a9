/** What a run of GRPO keeps between its steps, and what a step yields. */

import type { ResponseRecord } from '../../shared/run/run-events.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ResponseStyle } from '../../shared/worlds/styles.ts';
import type { Leverage } from '../loss/leverage.ts';
import type { Applier } from '../model/network/adapters/lora.ts';
import type { Weights } from '../model/network/weights.ts';
import type { ThinkingRewarder, ThinkingScore } from '../rewards/thinking/source.ts';
import type { Sampler } from '../rollouts/generate-responses.ts';
import type { TotalRewards } from '../trust/total-reward.ts';
import type { Optimizer } from './update/optimizer.ts';
import type { PolicyGraphs, StepFigures } from './update/policy-gradient.ts';

/** What a run keeps between steps. `policy` is replaced by every update. */
export interface GrpoRun {
  readonly settings: Settings;
  readonly sampler: Sampler;
  readonly graphs: PolicyGraphs;
  readonly optimizer: Optimizer;
  reference: Weights; // replaced only by an SFT before the first step
  readonly rewarder: ThinkingRewarder;
  readonly applied: Applier; // LoRA's adapters made ready for generation
  policy: Weights;
}

/** Everything a step yields, for metrics and storage. */
export interface GrpoStepResult {
  readonly records: readonly ResponseRecord[];
  readonly styles: readonly (ResponseStyle | null)[]; // per response; null where the thinking cannot be read
  readonly trust: readonly TotalRewards[]; // per group
  readonly leverage: Leverage;
  readonly scores: readonly (ThinkingScore | null)[]; // null: not asked; empty where the run has no thinking reward
  readonly zeroStdShare: number;
  readonly updates: readonly (StepFigures & { readonly gradNorm: number; readonly learningRate: number })[]; // one per optimiser update
  /** Values of every response's tokens (tokens/token-pass.ts); null or absent where the step keeps none. */
  readonly tokenValues?: readonly string[] | null;
  readonly seconds: Readonly<Record<'generate' | 'thinking' | 'reference' | 'update', number>>;
}

/** What the product of LoRA's A and B is multiplied with: alpha / r. */
export function loraScale({ model }: Settings): number {
  return model.loraAlpha / Math.max(1, model.loraRank);
}
