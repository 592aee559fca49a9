/**
 * What a training run says, in order: one stream from train/, written by the engine, shown by the app. A worker sends an event and
 * goes past a checkpoint only when it was acknowledged as committed. Deliberately absent: tensors, files, database rows.
 */

import type { Question } from '../question.ts';
import type { StepMetrics } from './metrics.ts';

/** One sampled response with everything that entered its advantage (paper.md "Quantities"). Null: does not apply or could not be had. */
export interface ResponseRecord {
  readonly questionId: string;
  readonly sample: number; // 0 .. N-1 within the group
  readonly text: string;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly formatValid: boolean;
  readonly outcomeReward: number | null;
  readonly outcomeReason: string;
  readonly thinkingReward: number | null;
  readonly thinkingFailure: string | null;
  readonly thinkingSpread: number | null; // standard deviation of thinkingReward over dropout passes
  readonly rubricScore: number | null; // embedded tasks only; never used by a variant except oracle
  readonly muC: number | null;
  readonly muW: number | null;
  readonly nC: number;
  readonly nW: number;
  readonly gamma: number | null; // the weight that was applied
  readonly gammaLogged: number | null; // preset official-code: what the official code would have logged
  readonly decay: number | null;
  readonly alpha: number | null;
  readonly reward: number | null;
  readonly advantage: number;
}

/** One benchmark question answered. */
export interface EvaluatedQuestion {
  readonly questionId: string;
  readonly text: string;
  readonly outcomeReward: number;
  readonly correct: boolean; // outcomeReward >= 0.5, as the paper's G_correct
}

/** What the run runs on, recorded once per attempt. */
export interface RunEnvironment {
  readonly backend: string;
  readonly backendVersion: string;
  readonly device: string;
  readonly threads: number;
  readonly node: string;
  readonly platform: string;
  readonly codeVersion: string;
  readonly modelHash: string;
  readonly trmHash: string | null;
  readonly dataHash: string;
}

/** What a stretch of work took of the machine. */
export interface Load {
  readonly seconds: number;
  readonly cpuCores: number | null; // cores that the run's process kept busy, on average
  readonly freeMiB: number; // memory of the machine that is free at its end
}

/** One thing a run says; `step` orders them. */
export type RunEvent =
  | { readonly kind: 'started'; readonly step: number; readonly environment: RunEnvironment }
  | { readonly kind: 'questions'; readonly step: number; readonly questions: readonly Question[] }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly metrics: StepMetrics;
      readonly responses: readonly ResponseRecord[];
    }
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      readonly mode: 'greedy' | 'sampled';
      readonly benchmark: string;
      readonly benchmarkHash: string;
      readonly results: readonly EvaluatedQuestion[];
    }
  | {
      readonly kind: 'checkpoint';
      readonly step: number;
      readonly path: string;
      readonly hash: string;
      readonly bytes: number;
    }
  | {
      readonly kind: 'alert';
      readonly step: number;
      readonly level: 'info' | 'warning' | 'error';
      readonly name: string;
      readonly message: string;
    }
  | {
      readonly kind: 'phase';
      readonly step: number;
      readonly phase: 'loading' | 'sft' | 'evaluating' | 'training' | 'saving';
      readonly done: number;
      readonly total: number;
      readonly load?: Load; // where the phase is over and was measured
    }
  | { readonly kind: 'finished'; readonly step: number; readonly seconds: number; readonly weightsHash: string }
  | { readonly kind: 'paused'; readonly step: number; readonly message: string }
  | { readonly kind: 'failed'; readonly step: number; readonly code: string; readonly message: string };

/** The event of one kind. */
export type RunEventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

/** States of a run in the store and on screen. */
export const RUN_STATES = ['queued', 'running', 'paused', 'finished', 'failed', 'stopped', 'interrupted'] as const;
/** One of RUN_STATES. */
export type RunState = (typeof RUN_STATES)[number];
