/**
 * How far and how long the thinking reward counts: trust (gamma), annealing (the decay) and the presets of formulas. The numbers are in
 * main/trust, in tables typed by these names.
 */
import type { Kind } from './kind.ts';

/** The outcome reward from which on a response counts as correct (G_correct) in the released code, and here by default. */
export const CORRECT_THRESHOLD = 0.5;

/** How the trust weight gamma is made (trust/gamma.ts). */
export interface TrustKind extends Kind {
  /** True where every group is trusted fully. */
  readonly isOff: boolean;
  /** Whether it is computed from the spread of several passes, which not every thinking reward gives. */
  readonly needsSpreads: boolean;
}

/** Every way to make gamma. */
export const TRUST_MODES = {
  exp: {
    title: 'Exponential (paper)',
    help: 'exp(μ_c − μ_w) where wrong responses have the better-rated thinking, else 1.',
    isOff: false,
    needsSpreads: false,
  },
  gate: {
    title: 'Gate',
    help: '0 where wrong responses have the better-rated thinking, else 1.',
    isOff: false,
    needsSpreads: false,
  },
  'mc-dropout': {
    title: 'MC dropout',
    help: 'Share of the score variance that is not noise between dropout passes.',
    isOff: false,
    needsSpreads: true,
  },
  none: { title: 'None', help: 'Full trust in every group.', isOff: true, needsSpreads: false },
} as const satisfies Record<string, TrustKind>;
/** A name of TRUST_MODES. */
export type TrustMode = keyof typeof TRUST_MODES;

/** How the thinking reward fades over training (trust/decay.ts). */
export interface AnnealingKind extends Kind {
  /** True where it does not fade. */
  readonly isOff: boolean;
}

/** Every schedule of the decay. */
export const ANNEALING_SCHEDULES = {
  exp: { title: 'Exponential (paper)', help: 'exp(−step / T)', isOff: false },
  linear: { title: 'Linear', help: '1 − step / T, not below 0', isOff: false },
  cosine: { title: 'Cosine', help: '(1 + cos(π step / T)) / 2', isOff: false },
  none: { title: 'None', help: 'Full weight throughout.', isOff: true },
} as const satisfies Record<string, AnnealingKind>;
/** A name of ANNEALING_SCHEDULES. */
export type Annealing = keyof typeof ANNEALING_SCHEDULES;

/** A set of formulas. */
export interface PresetKind extends Kind {
  /** T of the decay where the settings leave it open, null: the training steps. */
  readonly annealingSteps: number | null;
  /** What a judge is given to grade: the thinking, or the response as it is. */
  readonly judges: 'thinking' | 'response';
}

/** The paper's formulas, or those of the official code where they differ (paper.md). */
export const REWARD_PRESETS = {
  paper: { title: 'Paper', help: 'The formulas as published.', annealingSteps: null, judges: 'thinking' },
  'official-code': {
    title: 'Official code',
    help: 'The released code, with its departures from the paper.',
    judges: 'response',
    annealingSteps: 12_000, // the released training configuration's (paper.md, departure 3)
  },
} as const satisfies Record<string, PresetKind>;
/** A name of REWARD_PRESETS. */
export type RewardPreset = keyof typeof REWARD_PRESETS;
