/** Trained thinking reward models: kinds, how one is trained, states of its training. */
import type { Kind, KindTable } from '../kinds/kind.ts';
import type { ThinkingSource } from '../kinds/thinking.ts';

/** What a TRM is trained to say: one score for the whole thinking, or one for each of its steps. */
export const TRM_KINDS = {
  holistic: { title: 'One score', thinking: 'trm', needsSteps: false },
  step: { title: 'A verdict on each step', thinking: 'step-level', needsSteps: true },
} as const satisfies KindTable<TrmKindEntry>;
/** A name of TRM_KINDS. */
export type TrmKind = keyof typeof TRM_KINDS;

interface TrmKindEntry extends Kind {
  /** The thinking reward that such a model gives. */
  readonly thinking: ThinkingSource;
  /** Whether it is trained on pairs with step labels alone. */
  readonly needsSteps: boolean;
}

/** How a rater is trained: rounds, pairs a step, learning rate from and to (cosine), seed. As models/tiny-vl-trm and models/tiny-vl-prm were made. */
export const RATER_DEFAULTS = { epochs: 4, batchSize: 32, firstRate: 5e-4, lastRate: 5e-5, seed: 2 } as const;

/** State of a TRM's training. */
export type TrmModelState = 'training' | 'stopped' | 'finished' | 'failed';
