/** What the sources that run a model of ours share: dropout where trust asks for it, and the model's hash. */
import { TRUST_MODES } from '../../../../shared/kinds/trust.ts';
import type { Model } from '../../../model/folder/model-folder.ts';
import { modelRewarder, type RaterOptions } from '../model-rewarder.ts';
import type { MadeThinking, ThinkingContext } from '../source.ts';

/** A rewarder over a loaded model, as the settings' trust needs it. */
export function ofModel({ settings, encode }: ThinkingContext, rater: Model, options: RaterOptions = {}): MadeThinking {
  const { thinking, trust, mcDropoutPasses, mcDropoutRate } = settings.reward;
  const dropout = TRUST_MODES[trust].needsSpreads ? { passes: mcDropoutPasses, rate: mcDropoutRate } : undefined;
  return { rewarder: modelRewarder(thinking, rater, encode, { ...options, dropout }), hash: rater.hash };
}
