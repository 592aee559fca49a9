/**
 * Every setting of a run, declared once: title, unit, range, default and the paper's symbol. The form, the YAML file, `--set a.b=c`,
 * the stored JSON and the table's columns all come from here. Deliberately absent: variants (variants.ts) and studies (study.ts).
 */
import { z } from 'zod';
import { BACKENDS, SAVE_DTYPES, WEIGHTS_DTYPES } from '../kinds/backend.ts';
import { namesOf } from '../kinds/kind.ts';
import { PROMPT_STYLES } from '../kinds/prompt.ts';
import { STEP_AGGREGATES, THINKING, type ThinkingTable } from '../kinds/thinking.ts';
import { TRAINERS } from '../kinds/trainers.ts';
import { ANNEALING_SCHEDULES, CORRECT_THRESHOLD, REWARD_PRESETS, TRUST_MODES } from '../kinds/trust.ts';
import { ADVANTAGE_SCALINGS, IMPORTANCE_LEVELS, KL_ESTIMATORS, LOSS_TYPES, LR_SCHEDULES } from '../kinds/update.ts';
import { ANSWER_TYPES, CATEGORIES } from '../question.ts';
import { WORLDS } from '../worlds/worlds.ts';
import { blindSpot, endpoint, judge } from './groups/judge-settings.ts';
import { loggingSettings, watch } from './groups/logging-settings.ts';
import { trlSettings } from './groups/trl-settings.ts';
import { about, choice, count, ownText, pixelLimit } from './setting.ts';

const model = z.strictObject({
  policy: about(z.string().default('tiny-vl-base'), 'Policy', {
    help: 'Embedded model name or a folder in Hugging Face layout.',
  }),
  trm: about(z.string().default('tiny-vl-trm'), 'Thinking Reward Model', { help: 'Trained TRM: name or folder.' }),
  stepTrm: about(z.string().default('tiny-vl-prm'), 'Step-level reward model', {
    help: 'Process reward model: name or folder.',
  }),
  loraRank: about(count(0, 1024).default(0), 'LoRA rank', { help: '0 trains all weights.' }),
  loraAlpha: about(z.number().positive().max(4096).default(32), 'LoRA alpha'),
  freezeVision: about(z.boolean().default(true), 'Freeze vision tower'),
  dtype: choice(WEIGHTS_DTYPES, 'auto', 'Frozen weights in memory', { addedLater: true }),
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
      .array(z.enum(namesOf(ANSWER_TYPES)))
      .min(1)
      .default(namesOf(ANSWER_TYPES)),
    'Answer types',
    { kinds: ANSWER_TYPES },
  ),
  prompt: choice(PROMPT_STYLES, 'short', 'Prompt', {
    help: "short: the question alone, as the embedded models learnt it; official: system text and format instruction, for weights trained elsewhere; template: your own texts. Laid out by the model's chat template.",
  }),
  systemText: ownText('System text', "Of prompt template; empty: the chat template's own."),
  formatText: ownText('Format instruction', 'Of prompt template; empty: as the released code asks, by answer type.'),
  imageSize: about(count(28, 4096).default(56), 'Image size', { unit: 'px', help: 'Of embedded questions.' }),
  maxPixels: pixelLimit(
    'Largest picture',
    'Larger ones are made smaller (smart_resize). 28 x 28 pixels are one token of Qwen2.5-VL.',
  ),
  minPixels: pixelLimit('Smallest picture', 'Smaller ones are made larger.'),
  world: choice(WORLDS, 'everyday', 'World', {
    addedLater: true,
    help: 'Of embedded questions. Each world has base models and TRMs of its own, which it uses unless others are named.',
  }),
  cueRate: about(z.number().min(0).max(1).default(0.95), 'Cue rate', {
    unit: 'share',
    symbol: 'rho',
    help: 'World Shortcut: how often the cue agrees with the answer key in training.',
    addedLater: true,
  }),
  labelNoise: about(z.number().min(0).max(1).default(0), 'Label noise', {
    unit: 'share',
    help: 'How often the answer key of a training question is wrong, in worlds made of sums. Tests and rubric keep the truth.',
    addedLater: true,
  }),
});

const training = z.strictObject({
  totalSteps: about(count(1).default(1500), 'Training steps', { symbol: 'T' }),
  questionsPerStep: about(count(1, 4096).default(8), 'Questions per step'),
  numGenerations: about(count(2, 512).default(8), 'Responses per question', { symbol: 'N', help: 'The group size G.' }),
  gradientAccumulationSteps: about(count(1, 512).default(1), 'Gradient accumulation'),
  numIterations: about(count(1, 64).default(1), 'Updates per batch', { symbol: 'mu' }),
  learningRate: about(z.number().min(0).max(1).default(3e-5), 'Learning rate', {
    help: 'The paper uses 5e-7 for its 7B model.',
  }),
  weightDecay: about(z.number().min(0).max(1).default(0), 'Weight decay'),
  adamBeta1: about(z.number().min(0).max(0.9999).default(0.9), 'Adam beta 1'),
  adamBeta2: about(z.number().min(0).max(0.99999).default(0.999), 'Adam beta 2'),
  adamEpsilon: about(z.number().positive().max(1).default(1e-8), 'Adam epsilon'),
  lrSchedulerType: choice(LR_SCHEDULES, 'constant', 'Learning rate schedule', {
    help: 'linear and cosine go down to 0 over the training steps.',
  }),
  warmupSteps: about(count(0).default(0), 'Warm-up', {
    unit: 'updates',
    help: 'The learning rate rises from 0 over this many optimiser updates.',
  }),
  maxGradNorm: about(z.number().positive().max(1e6).default(1), 'Gradient clipping', {
    help: 'Maximum global gradient norm.',
  }),
  maskTruncated: about(z.boolean().default(false), 'Mask truncated responses', {
    help: 'Truncated responses are left out of the loss; their rewards still count in their group. TRL: mask_truncated_completions.',
    addedLater: true,
  }),
  gradientCheckpointing: about(z.boolean().default(false), 'Gradient checkpointing', {
    help: 'Layers are computed again for the gradient instead of kept: less memory, about one forward pass more.',
    addedLater: true,
  }),
  checkpointEvery: about(count(1).default(50), 'Checkpoint every', { unit: 'steps' }),
  workers: about(count(1, 1024).default(1), 'Workers', {
    help: 'Processes of one run, on a cluster, by Ray Train: each trains on its share of a step’s responses.',
    addedLater: true,
    trainers: ['trl'],
  }),
  saveDtype: choice(SAVE_DTYPES, 'original', 'Weights saved as', { addedLater: true, trainers: ['native'] }),
});

const generation = z.strictObject({
  temperature: about(z.number().positive().max(10).default(1), 'Temperature'),
  topP: about(z.number().positive().max(1).default(1), 'Top-p'),
  topK: about(count(0).default(0), 'Top-k', { help: '0 keeps all tokens.' }),
  maxCompletionLength: about(count(1, 32768).default(64), 'Max response length', { unit: 'tokens' }),
  salt: about(count(0, 4294967295).default(0), 'Salt of the draws', {
    help: 'Draws other responses to the same questions and changes nothing else: variants that differ in it alone are the same (A/A).',
    addedLater: true,
  }),
});

const rewardOf = <T extends ThinkingTable>(kinds: T) =>
  z.strictObject({
    preset: choice(REWARD_PRESETS, 'paper', 'Preset', {
      help: 'paper: as published; official-code: as released (T, who is asked, what a judge over the network is shown).',
    }),
    thinking: choice(kinds, 'trm' as Extract<keyof T, string>, 'Thinking reward', { symbol: 'R^t' }),
    alpha: about(z.number().min(0).max(10).default(0.3), 'Weight of the thinking reward', { symbol: 'alpha' }),
    trust: choice(TRUST_MODES, 'exp', 'Trust', { symbol: 'gamma' }),
    correctThreshold: about(z.number().positive().max(1).default(CORRECT_THRESHOLD), 'Correct from', {
      symbol: 'G_correct',
      help: 'Responses with at least this outcome reward form G_correct (mu_c), the others G_wrong (mu_w). 0.5 as released; 1: full marks only. It matters for text answers and OCR, which get fractions.',
      addedLater: true,
    }),
    annealing: choice(ANNEALING_SCHEDULES, 'exp', 'Annealing', { symbol: 'exp(-steps/T)' }),
    annealingSteps: about(count(0).default(0), 'Annealing length', {
      unit: 'steps',
      symbol: 'T',
      help: '0: the training steps (paper), 12,000 (official-code).',
    }),
    mcDropoutPasses: about(count(2, 64).default(8), 'MC dropout passes', { symbol: 'k' }),
    mcDropoutRate: about(z.number().positive().max(0.9).default(0.1), 'MC dropout rate'),
    stepAggregate: choice(STEP_AGGREGATES, 'mean', 'Step score aggregation'),
    endpoint: endpoint.prefault({}),
    judge: judge.prefault({}),
    blindSpot: blindSpot.prefault({}),
    shuffled: about(z.boolean().default(false), 'Shuffle thinking rewards', {
      help: 'Deals them out anew within each group: a negative control, which cannot help.',
      addedLater: true,
    }),
  });

const loss = z.strictObject({
  lossType: choice(LOSS_TYPES, 'grpo', 'Loss type'),
  epsilon: about(z.number().positive().max(10).default(0.2), 'Clip low', { symbol: 'eps' }),
  epsilonHigh: about(z.number().positive().max(10).default(0.2), 'Clip high'),
  beta: about(z.number().min(0).max(10).default(0.04), 'KL weight', { symbol: 'beta' }),
  klEstimator: choice(KL_ESTIMATORS, 'k3', 'KL estimator'),
  importanceLevel: choice(IMPORTANCE_LEVELS, 'token', 'Importance level'),
  scaleRewards: choice(ADVANTAGE_SCALINGS, 'group', 'Advantage scaling'),
  stdDdof: about(count(0, 1).default(1), 'Std degrees of freedom'),
  stdEps: about(z.number().min(0).max(1).default(1e-6), 'Std epsilon'),
  entropyCoef: about(z.number().min(0).max(10).default(0), 'Entropy bonus'),
});

const sft = z.strictObject({
  steps: about(count(0).default(0), 'SFT steps before GRPO', {
    help: 'On sound demonstrations; the SFT+GRPO variant sets it.',
  }),
  batchSize: about(count(1, 4096).default(64), 'SFT batch'),
  learningRate: about(z.number().min(0).max(1).default(1e-4), 'SFT learning rate', {
    help: 'Goes down to 0 linearly.',
  }),
  warmupSteps: about(count(0).default(0), 'SFT warm-up', {
    unit: 'updates',
    help: 'The learning rate rises from 0.',
    addedLater: true,
  }),
});

const evaluation = z.strictObject({
  every: about(count(0).default(50), 'Evaluate every', { unit: 'steps', help: '0: only at start and end.' }),
  benchmarks: about(z.array(z.string()).default(['test', 'hard']), 'Benchmarks', {
    help: 'Names, "test"/"hard" for all of a split, or NAME/SPLIT of an imported set.',
  }),
  questions: about(count(1, 100_000).default(40), 'Questions per benchmark'),
  sampled: about(z.boolean().default(true), 'Also sample at temperature 1', {
    help: 'Mean outcome reward of one sample per question.',
  }),
});

/** All settings of one run, strict: an unknown key is an error. `kinds` are the thinking rewards to choose from. */
export function settingsSchemaOf<T extends ThinkingTable>(kinds: T) {
  return z.strictObject({
    model: model.prefault({}),
    data: data.prefault({}),
    training: training.prefault({}),
    generation: generation.prefault({}),
    reward: rewardOf(kinds).prefault({}),
    loss: loss.prefault({}),
    sft: sft.prefault({}),
    evaluation: evaluation.prefault({}),
    watch: watch.prefault({}),
    logging: loggingSettings.prefault({}),
    trl: trlSettings.prefault({}),
    seed: about(count(0, 4294967295).default(0), 'Seed'),
    backend: choice(BACKENDS, 'auto', 'Backend', { trainers: ['native'] }),
    trainer: choice(TRAINERS, 'native', 'Trainer', { addedLater: true, help: 'What trains the runs.' }),
  });
}

/** The settings' schema with the thinking rewards of the program. */
export const settingsSchema = settingsSchemaOf(THINKING);

/** All settings of one run, with defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;

/** Defaults of every setting. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({});
}
