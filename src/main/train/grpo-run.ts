/** What a run of GRPO keeps between its steps. */
import type { Settings } from '../../shared/settings/settings.ts';
import type { Merger } from '../model/network/lora.ts';
import type { Weights } from '../model/network/weights.ts';
import type { ThinkingRewarder } from '../rewards/thinking/source.ts';
import type { Sampler } from '../rollouts/generate-responses.ts';
import type { Optimizer } from './update/optimizer.ts';
import type { PolicyGraphs } from './update/policy-gradient.ts';

/** What a run keeps between steps. `policy` is replaced by every update. */
export interface GrpoRun {
  readonly settings: Settings;
  readonly sampler: Sampler;
  readonly graphs: PolicyGraphs;
  readonly optimizer: Optimizer;
  reference: Weights; // replaced only by an SFT before the first step
  readonly rewarder: ThinkingRewarder;
  readonly merge: Merger; // adds LoRA's adapters in, for generation
  policy: Weights;
}
