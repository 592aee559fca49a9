/**
 * What becomes of the settings that only trainer trl has (shared/settings/groups/trl-settings.ts): a part of the table, and how the responses of a
 * step are cut into micro-batches.
 */
import type { Settings } from '../../../shared/settings/settings.ts';
import type { TrlSetting } from './trl-setting.ts';

/** Responses of a micro-batch over all processes, and how many of them a step has. */
export function microBatches({ training, trl }: Settings): { readonly responses: number; readonly count: number } {
  const all = training.questionsPerStep * training.numGenerations;
  const given = trl.perDeviceBatchSize * training.workers;
  if (given > 0) return { responses: given, count: all / given };
  return { responses: all / training.gradientAccumulationSteps, count: training.gradientAccumulationSteps };
}

/** Why the responses of a step cannot be cut into micro-batches as asked; null where they can. */
function badCut(settings: Settings): string | null {
  const { training, trl } = settings;
  const all = training.questionsPerStep * training.numGenerations;
  if (trl.perDeviceBatchSize === 0) return null;
  if (training.gradientAccumulationSteps !== 1)
    return 'training.gradientAccumulationSteps says how many micro-batches there are: leave one of both out';
  if (Number.isInteger(microBatches(settings).count)) return null;
  const shared = training.workers === 1 ? '' : ` over ${training.workers} workers`;
  return `a step has ${all} responses, which are not whole micro-batches of it${shared}`;
}

/** DeepSpeed's configuration of a ZeRO stage; what is "auto" the trainer fills in from its own arguments. */
const zero = (stage: number): Record<string, unknown> => ({
  zero_optimization: { stage },
  zero_allow_untested_optimizer: true, // PyTorch's AdamW: DeepSpeed's own would have to be compiled
  bf16: { enabled: 'auto' },
  gradient_clipping: 'auto',
  gradient_accumulation_steps: 'auto',
  train_micro_batch_size_per_gpu: 'auto',
  train_batch_size: 'auto',
});

/** Their entries. */
export const OWN_SETTINGS: Readonly<Record<string, TrlSetting>> = {
  'trl.dtype': {
    does: 'bf16 (autocast), and the dtype that policy and rater are loaded in',
    arguments: ({ trl }) => ({ bf16: trl.dtype !== 'float32' }),
  },
  'trl.fourBit': {
    does: 'a BitsAndBytesConfig (nf4, twice quantised) over the linear layers of the decoder; checkpoints have whole weights',
    refuses: {
      what: 'without model.loraRank; with trl.vllm',
      why: ({ model, trl }) => {
        if (!trl.fourBit) return null;
        if (model.loraRank === 0) return 'weights of 4 bits are not trained themselves: set model.loraRank';
        return trl.vllm === 'none' ? null : 'vLLM is given whole weights (trl.vllm)';
      },
    },
  },
  'trl.perDeviceBatchSize': {
    does: 'per_device_train_batch_size; gradient_accumulation_steps follows',
    refuses: {
      what: 'what does not cut the responses of a step evenly; with training.gradientAccumulationSteps',
      why: badCut,
    },
  },
  'trl.vllm': {
    does: "use_vllm and vllm_mode, TRL's own correction of importance on; needs an environment of your own",
    arguments: ({ trl }) => (trl.vllm === 'none' ? {} : { use_vllm: true, vllm_mode: trl.vllm }),
  },
  'trl.vllmServer': {
    does: 'vllm_server_base_url',
    arguments: ({ trl }) => (trl.vllm === 'server' ? { vllm_server_base_url: trl.vllmServer } : {}),
    refuses: {
      what: 'empty or no address with trl.vllm = server; without it',
      why: ({ trl: { vllm, vllmServer } }) => {
        if (vllm !== 'server') return vllmServer === '' ? null : 'it means something with trl.vllm = server only';
        return /^https?:\/\/[^\s/]/.test(vllmServer)
          ? null
          : 'trl.vllm = server needs its address, such as http://HOST:8000';
      },
    },
  },
  'trl.vllmMemory': {
    does: 'vllm_gpu_memory_utilization, where trl.vllm = colocate',
    arguments: ({ trl }) => (trl.vllm === 'colocate' ? { vllm_gpu_memory_utilization: trl.vllmMemory } : {}),
  },
  'trl.vllmMaxModelLength': {
    does: 'vllm_max_model_length, where trl.vllm = colocate',
    arguments: ({ trl }) =>
      trl.vllm === 'colocate' && trl.vllmMaxModelLength > 0 ? { vllm_max_model_length: trl.vllmMaxModelLength } : {},
  },
  'trl.deepspeedStage': {
    does: 'deepspeed: a configuration of this ZeRO stage',
    arguments: ({ trl }) => (trl.deepspeedStage === 0 ? {} : { deepspeed: zero(trl.deepspeedStage) }),
    refuses: {
      what: '3; without training.workers',
      why: ({ trl: { deepspeedStage: stage }, training: { workers } }) => {
        if (stage === 3)
          return 'evaluation and checkpoints need whole weights in each process: stages 1 and 2 keep them';
        return stage === 0 || workers > 1 ? null : 'it spreads what it holds over workers, and training.workers is 1';
      },
    },
  },
};
