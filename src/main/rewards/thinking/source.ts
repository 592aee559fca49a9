/**
 * R^t, the thinking reward: what every source of the setting reward.thinking is to a training step, and what it is made from. The sources are
 * in sources/, one file each. Deliberately absent: trust in the scores (trust/).
 */

import type { Question } from '../../../shared/question.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import type { EncodeOptions } from '../../rollouts/encode-question.ts';
import type { DrawKey } from '../../rollouts/generate-responses.ts';

/** One response whose thinking is to be scored. */
export interface ThinkingRequest {
  readonly question: Question;
  readonly thinking: string; // between the think tags; all that is judged
  readonly response: string; // whole, as sampled
  readonly imagePng?: () => Promise<Uint8Array>; // the question's image as PNG, loaded when it is sent
}

/** One score. `score` is null where none could be had, with the kind of failure; it is never a stand-in 0. */
export interface ThinkingScore {
  readonly score: number | null; // in [0, 1]
  readonly failure?: string;
  readonly attempts: number; // requests or passes made, 0 where none was needed
  readonly seconds: number;
  readonly reply?: string; // what a model wrote, for the record
  readonly spread?: number; // standard deviation over dropout passes, where the source makes several
  readonly steps?: readonly number[]; // step-level: probability of each step being right
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number };
}

/**
 * A source of thinking rewards. `score` answers every request, in order; it does not throw for a score that cannot be had. `draw` keys
 * what a source draws at random (dropout masks), so that a resumed run draws the same.
 */
export interface ThinkingRewarder {
  readonly name: string;
  /** True of the source `none` alone: nothing is asked of it, and no trust is computed. */
  readonly isOff?: true;
  score(requests: readonly ThinkingRequest[], draw?: DrawKey): Promise<ThinkingScore[]>;
}

/** What a source may be made from: `policy` is the base model as loaded, `home` where imported models lie. */
export interface ThinkingContext {
  readonly settings: Settings;
  readonly policy: () => Model;
  readonly home: string | undefined;
  /** How questions are shown to a model of ours that rates. */
  readonly encode: (model: Model) => EncodeOptions;
}

/** A rewarder, and the hash of the model of ours behind it, null where there is none. */
export interface MadeThinking {
  readonly rewarder: ThinkingRewarder;
  readonly hash: string | null;
}

/** Makes one source with its models loaded: the other half of its entry in shared/kinds/thinking.ts. */
export type MakeThinking = (context: ThinkingContext) => MadeThinking;
