/**
 * R^t, the thinking reward: what every source of the setting reward.thinking is to a training step, and what it is made from. The sources are
 * in sources/, one file each. Deliberately absent: trust in the scores (trust/).
 *
 * A score that could not be had is null: the response then takes no part in its group (trust/total-reward.ts). So null must be nothing that
 * a policy can bring about by thinking badly. What each source does with the odd cases:
 *
 * | source | an empty thinking | no score (null) |
 * |---|---|---|
 * | trm, untrained | what the rater says of it; 0 where it gives no score | it wrote another token than a score (`no_score`) |
 * | the same, without score tokens | 0, not asked | no score in what it wrote |
 * | step-level | 0: no steps (`no_steps`) | never |
 * | endpoint | 0, not asked; official-code: asked, the response is sent whole | no answer, or none that can be read |
 * | oracle | the rubric's 0 | a question without a scene (`no_scene`) |
 * | length | 0 words: 0 | never |
 *
 * A thinking that was cut off, or has no tags, is judged as far as it goes. None is too long: generation.maxCompletionLength bounds the
 * response, and a server that finds it too long rejects it by name.
 */

import type { Question } from '../../../shared/question.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import type { EncodeOptions } from '../../rollouts/encode-question.ts';
import type { DrawKey } from '../../rollouts/generate-responses.ts';

/** One response whose thinking is to be scored. */
export interface ThinkingRequest {
  readonly question: Question;
  readonly thinking: string; // between the think tags; all that is judged, but by an endpoint under preset official-code
  readonly response: string; // whole, as sampled
  readonly prompt?: string; // whole, as the policy was given it, without special tokens; for preset official-code
}

/** One score. `score` is null where none could be had, with the kind of failure; it is never a stand-in 0. */
export interface ThinkingScore {
  readonly score: number | null; // in [0, 1]
  readonly failure?: string; // why it is null; or why it is 0 though nobody judged: there was nothing to judge
  readonly attempts: number; // requests or passes made, 0 where none was needed
  readonly seconds: number;
  readonly reply?: string; // what a model wrote, for the record
  readonly spread?: number; // standard deviation over dropout passes, where the source makes several
  readonly steps?: readonly number[]; // step-level: probability of each step being right
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
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
  /** How questions are shown to a model of ours that rates; a judge over the network is sent their pictures as `loadImage` decodes them. */
  readonly encode: EncodeOptions;
  /** The stop: ends requests and waits at once. */
  readonly signal?: AbortSignal | undefined;
}

/** A rewarder, and the hash of the model of ours behind it, null where there is none. */
export interface MadeThinking {
  readonly rewarder: ThinkingRewarder;
  readonly hash: string | null;
}

/** Makes one source with its models loaded: the other half of its entry in shared/kinds/thinking.ts. */
export type MakeThinking = (context: ThinkingContext) => MadeThinking;

/** An empty thinking's 0, with its reason. */
export const NOTHING_THOUGHT = { score: 0, failure: 'no_thinking' } as const;

/** Whether there is nothing to judge. */
export function isEmptyThinking({ thinking }: ThinkingRequest): boolean {
  return thinking.trim() === '';
}

/** What a rater said of a thinking; an empty one that got no score is worth 0, or thinking nothing would cost nothing. */
export function judgedThinking<S extends Pick<ThinkingScore, 'score'>>(
  request: ThinkingRequest,
  said: S,
): S | typeof NOTHING_THOUGHT {
  return said.score === null && isEmptyThinking(request) ? NOTHING_THOUGHT : said;
}
