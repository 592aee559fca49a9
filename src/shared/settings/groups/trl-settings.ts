/** What only trainer trl has: how PyTorch holds and spreads a large model. Each changes figures a little, so each is a setting of the run. */
import { z } from 'zod';
import { TRL_DTYPES, VLLM_MODES } from '../../kinds/trainers.ts';
import { about, choice, count } from '../setting.ts';

const OWN = { addedLater: true, trainers: ['trl'] } as const;

/** The group `trl`. */
export const trlSettings = z.strictObject({
  dtype: choice(TRL_DTYPES, 'float32', 'Trained in', OWN),
  fourBit: about(z.boolean().default(false), 'Frozen weights in 4 bits', {
    ...OWN,
    help: 'QLoRA: NF4 by bitsandbytes under the adapters. Needs a LoRA rank and a GPU.',
  }),
  perDeviceBatchSize: about(count(0, 4096).default(0), 'Responses per device', {
    ...OWN,
    help: 'Of one micro-batch in one process; gradient accumulation follows from it. 0: it follows from gradient accumulation.',
  }),
  vllm: choice(VLLM_MODES, 'none', 'Responses written by', OWN),
  vllmServer: about(z.string().max(500).default(''), 'vLLM server', {
    ...OWN,
    help: 'Its address, such as http://HOST:8000.',
  }),
  vllmMemory: about(z.number().positive().max(0.95).default(0.3), 'vLLM’s share of the GPU', {
    ...OWN,
    unit: 'share',
    help: 'Of its memory, for weights and cache.',
  }),
  vllmMaxModelLength: about(count(0).default(0), 'vLLM’s longest sequence', {
    ...OWN,
    unit: 'tokens',
    help: 'Prompt with picture and response; 0: what the model can.',
  }),
  deepspeedStage: about(count(0, 3).default(0), 'DeepSpeed ZeRO stage', {
    ...OWN,
    help: '1 spreads the optimiser’s state over the workers, 2 gradients too. 0: without DeepSpeed.',
  }),
});
