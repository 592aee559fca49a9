/**
 * How a step's rewards become an update: loss types, KL estimators, importance levels, scalings of advantages, learning rate schedules. The
 * numbers are in main/loss and main/train/update, in tables typed by these names.
 */
import type { Kind, KindTable } from './kind.ts';

/** From per-token losses to one number (loss/aggregation.ts). */
export const LOSS_TYPES = {
  grpo: { title: 'GRPO', help: 'All responses have equal weight.' },
  bnpo: { title: 'BNPO', help: 'All tokens of a micro-batch have equal weight.' },
  dr_grpo: { title: 'Dr. GRPO', help: 'Divides by the maximum response length: no length bias.' },
  dapo: { title: 'DAPO', help: "All tokens of the step have equal weight: TRL's default." },
  cispo: {
    title: 'CISPO',
    help: 'Clips the weight of a token, not its gradient. Clip high is the bound of the ratio itself; 5 is usual.',
  },
} as const satisfies KindTable;
/** A name of LOSS_TYPES. */
export type LossType = keyof typeof LOSS_TYPES;

/** Estimators of the KL to the reference (loss/kl.ts). */
export const KL_ESTIMATORS = {
  k1: { title: 'k1', help: 'Unbiased, high variance.' },
  k2: { title: 'k2', help: 'Biased, low variance.' },
  k3: { title: 'k3 (paper)', help: 'Unbiased, low variance, never negative.' },
} as const satisfies KindTable;
/** A name of KL_ESTIMATORS. */
export type KlEstimator = keyof typeof KL_ESTIMATORS;

/** Whether importance ratios are per token or per sequence (loss/importance-ratio.ts). */
export const IMPORTANCE_LEVELS = {
  token: { title: 'Token' },
  sequence: { title: 'Sequence (GSPO)' },
} as const satisfies KindTable;
/** A name of IMPORTANCE_LEVELS. */
export type ImportanceLevel = keyof typeof IMPORTANCE_LEVELS;

/** A way to scale advantages. */
export interface AdvantageScalingKind extends Kind {
  /** Whether a group's own deviation divides them, which cancels whatever scales all its rewards alike. */
  readonly isByGroup: boolean;
}

/** By which standard deviation advantages are divided (loss/advantages.ts). */
export const ADVANTAGE_SCALINGS = {
  group: { title: 'By the group', help: "TRL's default.", isByGroup: true },
  batch: { title: 'By the batch', isByGroup: false },
  none: { title: 'None (Dr. GRPO)', isByGroup: false },
} as const satisfies Record<string, AdvantageScalingKind>;
/** A name of ADVANTAGE_SCALINGS. */
export type AdvantageScaling = keyof typeof ADVANTAGE_SCALINGS;

/** How the learning rate goes down (train/update/learning-rate.ts). */
export const LR_SCHEDULES = {
  constant: { title: 'Constant' },
  linear: { title: 'Linear' },
  cosine: { title: 'Cosine' },
} as const satisfies KindTable;
/** A name of LR_SCHEDULES. */
export type LrSchedule = keyof typeof LR_SCHEDULES;
