/**
 * Every setting of a run, declared once: title, unit, range, default and the paper's symbol. The form, the YAML file, `--set a.b=c`,
 * the stored JSON and the table's columns all come from here. Deliberately absent: variants (variants.ts) and studies (study.ts).
 */
import { z } from 'zod';
import { ANSWER_TYPES, CATEGORIES } from '../question.ts';

/** What a form or a table shows of one setting. */
export interface SettingMeta {
  readonly title: string;
  readonly unit?: string;
  readonly symbol?: string;
  readonly help?: string;
}

function about<T extends z.ZodType>(schema: T, title: string, more: Omit<SettingMeta, 'title'> = {}): T {
  return schema.meta({ title, ...more }) as T;
}

const count = (low = 1, high = 1_000_000) => z.int().min(low).max(high);

/** Who gives the thinking reward R^t. */
export const THINKING_SOURCES = ['none', 'trm', 'untrained', 'oracle', 'length', 'endpoint', 'step-level'] as const;
/** How the trust weight gamma is made (trust/gamma.ts). */
export const TRUST_MODES = ['exp', 'gate', 'mc-dropout', 'none'] as const;
/** Thinking sources whose passes give a spread, as trust mc-dropout needs; `none` has nothing to trust. */
export const SPREAD_SOURCES = [
  'none',
  'trm',
  'untrained',
  'step-level',
] as const satisfies readonly (typeof THINKING_SOURCES)[number][];
/** How the thinking reward fades over training (trust/decay.ts). */
export const ANNEALING_SCHEDULES = ['exp', 'linear', 'cosine', 'none'] as const;
/** The paper's formulas, or those of the official code where they differ (paper.md). */
export const REWARD_PRESETS = ['paper', 'official-code'] as const;
/** From per-token losses to one number (loss/aggregation.ts). */
export const LOSS_TYPES = ['grpo', 'bnpo', 'dr_grpo'] as const;
/** Estimators of the KL to the reference (loss/kl.ts). */
export const KL_ESTIMATORS = ['k1', 'k2', 'k3'] as const;
/** Whether importance ratios are per token or per sequence (loss/importance-ratio.ts). */
export const IMPORTANCE_LEVELS = ['token', 'sequence'] as const;
/** By which standard deviation advantages are divided (loss/advantages.ts). */
export const ADVANTAGE_SCALINGS = ['group', 'batch', 'none'] as const;
/** How the learning rate goes down (train/learning-rate.ts). */
export const LR_SCHEDULES = ['constant', 'linear', 'cosine'] as const;
/** Prompt layouts (rollouts/prompt.ts). */
export const PROMPT_STYLES = ['short', 'official'] as const;
/** Tensor backends that can be asked for (tensor/backend.ts). */
export const BACKENDS = ['auto', 'tensorflow', 'wasm'] as const;

const model = z.strictObject({
  policy: about(z.string().default('tiny-vl-base'), 'Policy', {
    help: 'Embedded model name or a folder in Hugging Face layout.',
  }),
  trm: about(z.string().default('tiny-vl-trm'), 'Thinking Reward Model', {
    help: 'Trained TRM: model name or folder.',
  }),
  stepTrm: about(z.string().default('tiny-vl-prm'), 'Step-level reward model', {
    help: 'Process reward model: name or folder.',
  }),
  loraRank: about(count(0, 1024).default(0), 'LoRA rank', { help: '0 trains all weights.' }),
  loraAlpha: about(z.number().positive().max(4096).default(32), 'LoRA alpha'),
  freezeVision: about(z.boolean().default(true), 'Freeze vision tower'),
});

const data = z.strictObject({
  source: about(z.string().default('embedded'), 'Questions', {
    help: '"embedded" or the name of an imported data set.',
  }),
  categories: about(
    z
      .array(z.enum(CATEGORIES))
      .min(1)
      .default([...CATEGORIES]),
    'Categories',
  ),
  answerTypes: about(
    z
      .array(z.enum(ANSWER_TYPES))
      .min(1)
      .default([...ANSWER_TYPES]),
    'Answer types',
  ),
  prompt: about(z.enum(PROMPT_STYLES).default('short'), 'Prompt', {
    help: 'short: the embedded models; official: system text and format instruction, for real Qwen2.5-VL weights.',
  }),
  imageSize: about(count(28, 4096).default(56), 'Image size', { unit: 'px', help: 'Of embedded questions.' }),
});

const training = z.strictObject({
  totalSteps: about(count(1).default(1500), 'Training steps', { symbol: 'T' }),
  questionsPerStep: about(count(1, 4096).default(8), 'Questions per step'),
  numGenerations: about(count(2, 512).default(8), 'Responses per question', { symbol: 'N', help: 'The group size G.' }),
  gradientAccumulationSteps: about(count(1, 512).default(1), 'Gradient accumulation'),
  numIterations: about(count(1, 64).default(1), 'Updates per batch', { symbol: 'mu' }),
  learningRate: about(z.number().min(0).max(1).default(3e-5), 'Learning rate', {
    help: 'The 7B model of the paper: 5e-7.',
  }),
  weightDecay: about(z.number().min(0).max(1).default(0), 'Weight decay'),
  adamBeta1: about(z.number().min(0).max(0.9999).default(0.9), 'Adam beta 1'),
  adamBeta2: about(z.number().min(0).max(0.99999).default(0.999), 'Adam beta 2'),
  adamEpsilon: about(z.number().positive().max(1).default(1e-8), 'Adam epsilon'),
  lrSchedulerType: about(z.enum(LR_SCHEDULES).default('constant'), 'Learning rate schedule', {
    help: 'linear and cosine go down to 0 over the training steps.',
  }),
  warmupSteps: about(count(0).default(0), 'Warm-up', { unit: 'steps' }),
  maxGradNorm: about(z.number().positive().max(1e6).default(1), 'Gradient clipping', {
    help: 'Largest global gradient norm.',
  }),
  checkpointEvery: about(count(1).default(50), 'Checkpoint every', { unit: 'steps' }),
});

const generation = z.strictObject({
  temperature: about(z.number().positive().max(10).default(1), 'Temperature'),
  topP: about(z.number().positive().max(1).default(1), 'Top-p'),
  topK: about(count(0).default(0), 'Top-k', { help: '0 keeps all tokens.' }),
  maxCompletionLength: about(count(1, 32768).default(64), 'Longest response', { unit: 'tokens' }),
});

const endpoint = z.strictObject({
  baseUrl: about(z.string().default(''), 'Endpoint URL', { help: 'OpenAI-compatible, ending in /v1.' }),
  model: about(z.string().default(''), 'Endpoint model'),
  apiKeyEnv: about(z.string().default('OPENAI_API_KEY'), 'Key variable', {
    help: 'Environment variable that holds the key; never stored.',
  }),
  timeoutSeconds: about(z.number().positive().max(3600).default(60), 'Timeout', { unit: 's' }),
  maxAttempts: about(count(1, 100).default(4), 'Attempts'),
  concurrency: about(count(1, 256).default(8), 'Requests at once'),
  onFailure: about(z.enum(['continue', 'pause']).default('continue'), 'When scores fail'),
});

const reward = z.strictObject({
  preset: about(z.enum(REWARD_PRESETS).default('paper'), 'Preset', {
    help: 'paper, or the departures of the official code.',
  }),
  thinking: about(z.enum(THINKING_SOURCES).default('trm'), 'Thinking reward', { symbol: 'R^t' }),
  alpha: about(z.number().min(0).max(10).default(0.3), 'Weight of the thinking reward', { symbol: 'alpha' }),
  trust: about(z.enum(TRUST_MODES).default('exp'), 'Trust', { symbol: 'gamma' }),
  annealing: about(z.enum(ANNEALING_SCHEDULES).default('exp'), 'Annealing', { symbol: 'exp(-steps/T)' }),
  annealingSteps: about(count(0).default(0), 'Annealing length', {
    unit: 'steps',
    symbol: 'T',
    help: '0: the training steps (paper), 12,000 (official-code).',
  }),
  mcDropoutPasses: about(count(2, 64).default(8), 'MC dropout passes', { symbol: 'k' }),
  mcDropoutRate: about(z.number().positive().max(0.9).default(0.1), 'MC dropout rate'),
  stepAggregate: about(z.enum(['mean', 'min', 'product']).default('mean'), 'Step scores to one'),
  endpoint: endpoint.prefault({}),
});

const loss = z.strictObject({
  lossType: about(z.enum(LOSS_TYPES).default('grpo'), 'Loss type'),
  epsilon: about(z.number().positive().max(10).default(0.2), 'Clip low', { symbol: 'eps' }),
  epsilonHigh: about(z.number().positive().max(10).default(0.2), 'Clip high'),
  beta: about(z.number().min(0).max(10).default(0.04), 'KL weight', { symbol: 'beta' }),
  klEstimator: about(z.enum(KL_ESTIMATORS).default('k3'), 'KL estimator'),
  importanceLevel: about(z.enum(IMPORTANCE_LEVELS).default('token'), 'Importance level'),
  scaleRewards: about(z.enum(ADVANTAGE_SCALINGS).default('group'), 'Advantage scaling'),
  stdDdof: about(count(0, 1).default(1), 'Std degrees of freedom'),
  stdEps: about(z.number().min(0).max(1).default(1e-6), 'Std epsilon'),
  entropyCoef: about(z.number().min(0).max(10).default(0), 'Entropy bonus'),
});

const sft = z.strictObject({
  steps: about(count(0).default(0), 'SFT steps before GRPO', {
    help: 'On sound demonstrations; the SFT+GRPO variant sets it.',
  }),
  batchSize: about(count(1, 4096).default(64), 'SFT batch'),
  learningRate: about(z.number().min(0).max(1).default(1e-4), 'SFT learning rate'),
});

const evaluation = z.strictObject({
  every: about(count(0).default(50), 'Evaluate every', { unit: 'steps', help: '0: only at start and end.' }),
  benchmarks: about(z.array(z.string()).default(['test', 'hard']), 'Benchmarks', {
    help: 'Names, or "test"/"hard" for all of a split.',
  }),
  questions: about(count(1, 100_000).default(40), 'Questions per benchmark'),
  sampled: about(z.boolean().default(true), 'Also sampled at temperature 1', {
    help: 'Mean outcome reward of one sample per question.',
  }),
});

const watch = z.strictObject({
  alerts: about(z.boolean().default(true), 'Reward-hacking alerts', {
    help: 'When the thinking reward rises while the rubric score or the outcome falls.',
  }),
  window: about(count(4, 100_000).default(40), 'Watched steps', {
    unit: 'steps',
    help: 'The later half is compared with the earlier.',
  }),
  minChange: about(z.number().min(0).max(1).default(0.03), 'Smallest change of a mean'),
  minSigma: about(z.number().min(0).max(100).default(3), 'Smallest change in standard errors'),
});

/** All settings of one run, strict: an unknown key is an error. */
export const settingsSchema = z.strictObject({
  model: model.prefault({}),
  data: data.prefault({}),
  training: training.prefault({}),
  generation: generation.prefault({}),
  reward: reward.prefault({}),
  loss: loss.prefault({}),
  sft: sft.prefault({}),
  evaluation: evaluation.prefault({}),
  watch: watch.prefault({}),
  seed: about(count(0, 4294967295).default(0), 'Seed'),
  backend: about(z.enum(BACKENDS).default('auto'), 'Backend'),
});

/** All settings of one run, with defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;
/** One of THINKING_SOURCES. */
export type ThinkingSource = Settings['reward']['thinking'];
/** One of TRUST_MODES. */
export type TrustMode = Settings['reward']['trust'];
/** One of ANNEALING_SCHEDULES. */
export type Annealing = Settings['reward']['annealing'];
/** One of REWARD_PRESETS. */
export type RewardPreset = Settings['reward']['preset'];
/** One of LOSS_TYPES. */
export type LossType = Settings['loss']['lossType'];

/** Defaults of every setting. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({});
}
