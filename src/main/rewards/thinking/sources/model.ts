/**
 * What the sources that run a model of ours share: how it is read (one pass over score tokens where it has them, else by the number that it
 * writes), dropout where trust asks for it, and the model's hash.
 */
import { SophiaError } from '../../../../shared/errors.ts';
import { TRUST_MODES } from '../../../../shared/kinds/trust.ts';
import type { Model } from '../../../model/folder/model-folder.ts';
import { hasScoreTokens } from '../heads/score-reading.ts';
import { modelRewarder, type RaterOptions } from '../model-rewarder.ts';
import type { MadeThinking, ThinkingContext } from '../source.ts';
import { writtenRewarder } from '../written-rewarder.ts';

/** A rewarder over a loaded model, as the settings' trust needs it. @throws SophiaError 'usage' where it cannot be had with dropout */
export function ofModel({ settings, encode }: ThinkingContext, rater: Model, options: RaterOptions = {}): MadeThinking {
  const { thinking, trust, preset, judge, mcDropoutPasses, mcDropoutRate } = settings.reward;
  const { needsSpreads } = TRUST_MODES[trust];
  const dropout = needsSpreads ? { passes: mcDropoutPasses, rate: mcDropoutRate } : undefined;
  if (options.head !== undefined || hasScoreTokens(rater.tokenizer))
    return { rewarder: modelRewarder(thinking, rater, encode, { ...options, dropout }), hash: rater.hash };
  if (needsSpreads)
    throw new SophiaError(
      'usage',
      `reward.trust = ${trust} needs a rater that is read in one pass; ${rater.dir} writes its score (it has no score tokens).`,
      'Take another reward.trust, or a TRM that was trained here.',
    );
  return { rewarder: writtenRewarder(thinking, rater, encode, { preset, judge }), hash: rater.hash };
}
