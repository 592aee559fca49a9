/**
 * What trainer trl does with each setting: the argument of TRL's GRPOConfig that it becomes, or who else takes care of it, and the values that TRL
 * cannot do. docs/scale.md shows this table; arguments and refusals of a run come from it. A key ending in ".*" stands for all below it that have
 * no entry of their own.
 */
import { SophiaError } from '../../../shared/errors.ts';
import { TRUST_MODES } from '../../../shared/kinds/trust.ts';
import type { KlEstimator, LrSchedule } from '../../../shared/kinds/update.ts';
import { settingLeaves, valueAt } from '../../../shared/settings/setting-paths.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { drawSeed } from '../../train/step-groups.ts';

/** One setting under trainer trl. */
export interface TrlSetting {
  /** In words, for the documentation; with `argument` alone it is left out. */
  readonly does?: string;
  /** The argument of GRPOConfig that takes the value as it is. */
  readonly argument?: string;
  /** Arguments that are made of it and others; what is undefined is left to TRL. */
  readonly arguments?: (settings: Settings) => Readonly<Record<string, unknown>>;
  /** Why a value cannot be had, null where it can; and in words which, for the documentation. */
  readonly refuses?: { readonly what: string; readonly why: (settings: Settings) => string | null };
}

const RULES = "the program's own code, run by a Node beside the trainer";
const WRITTEN = 'the questions are written by this program before the run';

/** Names of transformers' schedules. */
const SCHEDULES = { constant: 'constant_with_warmup', linear: 'linear', cosine: 'cosine' } as const satisfies Record<
  LrSchedule,
  string
>;
/** The estimators of the KL that TRL has. */
const HAS_KL = { k1: false, k2: false, k3: true } as const satisfies Record<KlEstimator, boolean>;

/** Responses of a micro-batch over all processes, and how many of them a step has. */
function microBatches({ training, trl }: Settings): { readonly responses: number; readonly count: number } {
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

/** The table. */
export const TRL_SETTINGS: Readonly<Record<string, TrlSetting>> = {
  'model.policy': { does: 'the folder that transformers loads' },
  'model.trm': { does: 'loaded by transformers in the same process' },
  'model.stepTrm': { does: 'loaded by transformers in the same process' },
  'model.loraRank': { does: 'r of a peft LoraConfig over the linear layers of the decoder' },
  'model.loraAlpha': { does: 'lora_alpha' },
  'model.freezeVision': { does: 'requires_grad of the vision tower' },
  'model.dtype': { does: 'nothing: transformers loads what is trained in float32' },
  'data.*': { does: WRITTEN },
  'training.totalSteps': {
    does: 'max_steps, times the updates per batch',
    arguments: ({ training: { totalSteps, numIterations } }) => ({ max_steps: totalSteps * numIterations }),
  },
  'training.questionsPerStep': {
    does: 'per_device_train_batch_size: the responses of a step, divided by the gradient accumulation and the workers',
    arguments: (settings) => ({
      per_device_train_batch_size: microBatches(settings).responses / settings.training.workers,
    }),
  },
  'training.numGenerations': { argument: 'num_generations' },
  'training.gradientAccumulationSteps': {
    does: 'gradient_accumulation_steps and steps_per_generation',
    arguments: (settings) => {
      const { count } = microBatches(settings);
      return { gradient_accumulation_steps: count, steps_per_generation: count };
    },
  },
  'training.numIterations': { argument: 'num_iterations' },
  'training.learningRate': { argument: 'learning_rate' },
  'training.weightDecay': { argument: 'weight_decay' },
  'training.adamBeta1': { argument: 'adam_beta1' },
  'training.adamBeta2': { argument: 'adam_beta2' },
  'training.adamEpsilon': { argument: 'adam_epsilon' },
  'training.lrSchedulerType': {
    does: 'lr_scheduler_type',
    arguments: ({ training }) => ({ lr_scheduler_type: SCHEDULES[training.lrSchedulerType] }),
  },
  'training.warmupSteps': { argument: 'warmup_steps' },
  'training.maxGradNorm': { argument: 'max_grad_norm' },
  'training.maskTruncated': { argument: 'mask_truncated_completions' },
  'training.gradientCheckpointing': { argument: 'gradient_checkpointing' },
  'training.checkpointEvery': { does: 'a callback of the trainer saves; the newest two are kept' },
  'training.workers': {
    does: "processes of one run, by Ray Train's TorchTrainer; on a cluster only",
    refuses: {
      what: 'what does not divide the responses of a micro-batch',
      why: (settings) =>
        microBatches(settings).responses % settings.training.workers === 0
          ? null
          : `a micro-batch has ${microBatches(settings).responses} responses, which it does not divide`,
    },
  },
  'training.saveDtype': { does: 'nothing: TRL saves what it trains as it is in memory' },
  'generation.temperature': { argument: 'temperature' },
  'generation.topP': { argument: 'top_p' },
  'generation.topK': { argument: 'top_k' },
  'generation.maxCompletionLength': { argument: 'max_completion_length' },
  'reward.trust': {
    does: RULES,
    refuses: {
      what: 'mc-dropout',
      why: ({ reward }) => (TRUST_MODES[reward.trust].needsSpreads ? 'the rater is not run with dropout there' : null),
    },
  },
  'reward.*': { does: RULES },
  'loss.lossType': { argument: 'loss_type' },
  'loss.epsilon': { argument: 'epsilon' },
  'loss.epsilonHigh': { argument: 'epsilon_high' },
  'loss.beta': {
    argument: 'beta',
    does: "use_bias_correction_kl is off: TRL's default multiplies the KL by the importance ratio",
    arguments: () => ({ use_bias_correction_kl: false }),
  },
  'loss.klEstimator': {
    does: 'k3 is the only one that TRL has',
    refuses: { what: 'k1, k2', why: ({ loss }) => (HAS_KL[loss.klEstimator] ? null : 'TRL has k3 only') },
  },
  'loss.importanceLevel': { argument: 'importance_sampling_level' },
  'loss.scaleRewards': { does: `advantages: ${RULES}`, argument: 'scale_rewards' },
  'loss.stdDdof': { does: `advantages: ${RULES}` },
  'loss.stdEps': { does: `advantages: ${RULES}` },
  'loss.entropyCoef': { argument: 'entropy_coef' },
  'sft.steps': {
    does: 'nothing',
    refuses: {
      what: 'above 0',
      why: ({ sft }) => (sft.steps > 0 ? 'fine-tuning before GRPO is not there yet' : null),
    },
  },
  'sft.*': { does: 'nothing without sft.steps' },
  'evaluation.*': { does: `answers by transformers; judged by ${RULES}` },
  'watch.*': { does: RULES },
  'logging.tokensEvery': { does: 'nothing: TRL tells nothing of single tokens' },
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
  'generation.salt': { does: 'a part of seed' },
  seed: { does: 'seed', arguments: (settings) => ({ seed: drawSeed(settings) }) },
  backend: { does: "nothing: the native trainer's" },
  trainer: { does: 'chooses it' },
};

/** The entry of a setting's path; undefined where the table lacks one (a test holds that it does not). */
export function trlSetting(path: string): TrlSetting | undefined {
  const [group] = path.split('.');
  return TRL_SETTINGS[path] ?? TRL_SETTINGS[`${group}.*`];
}

/** Every value that TRL cannot do, as an error that names the setting and says why. */
export function trlRefusals(settings: Settings): SophiaError[] {
  return Object.entries(TRL_SETTINGS).flatMap(([path, { refuses }]) => {
    const why = refuses?.why(settings) ?? null;
    if (why === null) return [];
    const value = JSON.stringify(valueAt(settings, path));
    return [
      new SophiaError(
        'usage',
        `${path} = ${value} cannot be had with trainer trl: ${why}.`,
        'Choose another value, or trainer native.',
      ),
    ];
  });
}

/** What only a cluster can do. */
export function clusterOnly({ training: { workers } }: Settings): SophiaError[] {
  if (workers === 1) return [];
  return [
    new SophiaError(
      'usage',
      `training.workers = ${workers} needs a cluster: a run on this machine is one process.`,
      'Use `study run --on CLUSTER` (Where, in the form), or leave it out.',
    ),
  ];
}

/** The arguments of GRPOConfig that settings become. */
export function trlArguments(settings: Settings): Record<string, unknown> {
  const all = Object.entries(TRL_SETTINGS).map(([path, { argument, arguments: made }]) => ({
    ...(argument !== undefined && { [argument]: valueAt(settings, path) }),
    ...made?.(settings),
  }));
  return Object.assign({}, ...all) as Record<string, unknown>;
}

/** The table in Markdown, a line for each setting. */
export function settingsMarkdown(): string {
  const lines = settingLeaves().map(({ path }) => {
    const { does, argument, refuses } = trlSetting(path) ?? {};
    const words = [argument === undefined ? '' : `\`${argument}\``, does ?? ''].filter((text) => text !== '');
    return `| \`${path}\` | ${words.join('; ')} | ${refuses?.what ?? ''} |`;
  });
  return ['| Setting | Under trainer trl | Refused |', '| --- | --- | --- |', ...lines].join('\n');
}
