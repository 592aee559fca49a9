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
import { microBatches, OWN_SETTINGS } from './own-settings.ts';
import type { TrlSetting } from './trl-setting.ts';

const RULES = "the program's own code, run by a Node beside the trainer";
const WRITTEN = 'the questions are written by this program before the run';

/** Names of transformers' schedules. */
const SCHEDULES = { constant: 'constant_with_warmup', linear: 'linear', cosine: 'cosine' } as const satisfies Record<
  LrSchedule,
  string
>;
/** The estimators of the KL that TRL has. */
const HAS_KL = { k1: false, k2: false, k3: true } as const satisfies Record<KlEstimator, boolean>;

/** The table. */
export const TRL_SETTINGS: Readonly<Record<string, TrlSetting>> = {
  'model.policy': { does: 'the folder that transformers loads' },
  'model.trm': { does: 'loaded by transformers in the same process' },
  'model.stepTrm': { does: 'loaded by transformers in the same process' },
  'model.loraRank': { does: 'r of a peft LoraConfig over the linear layers of the decoder' },
  'model.loraAlpha': { does: 'lora_alpha' },
  'model.freezeVision': { does: 'requires_grad of the vision tower' },
  'model.dtype': { does: 'nothing: transformers loads what is trained in float32' },
  'data.maxPixels': { does: 'size.longest_edge of the image processors of policy and rater' },
  'data.minPixels': { does: 'size.shortest_edge of the same' },
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
  ...OWN_SETTINGS,
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
