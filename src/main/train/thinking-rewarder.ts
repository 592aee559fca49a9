/** The source of thinking rewards that a run's settings name, with its models loaded. */
import { assertNever } from '../../shared/errors.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { modelFolder } from '../model/folder/find-model.ts';
import { loadModel, type Model } from '../model/folder/model-folder.ts';
import { endpointKey, endpointThinking } from '../rewards/thinking/endpoint.ts';
import { modelRewarder, type RaterOptions } from '../rewards/thinking/model-rewarder.ts';
import { lengthThinking, noThinking, oracleThinking, type ThinkingRewarder } from '../rewards/thinking/source.ts';
import { stepHead } from '../rewards/thinking/step-head.ts';
import type { EncodeOptions } from '../rollouts/encode-question.ts';
import { rateThinking } from '../tasks/rubric/rate.ts';

/** The rewarder and the hash of the model behind it, null where there is none. `policy` is the base model as loaded, `home` where imported models lie. */
export function thinkingRewarder(
  { model, reward }: Settings,
  policy: Model,
  encode: EncodeOptions,
  home: string,
): { rewarder: ThinkingRewarder; hash: string | null } {
  const { thinking: source, trust, mcDropoutPasses, mcDropoutRate } = reward;
  const dropout = trust === 'mc-dropout' ? { passes: mcDropoutPasses, rate: mcDropoutRate } : undefined;
  const ofModel = (rater: Model, options: RaterOptions = {}) => ({
    rewarder: modelRewarder(source, rater, encode, { ...options, dropout }),
    hash: rater.hash,
  });
  switch (source) {
    case 'none':
      return { rewarder: noThinking(), hash: null };
    case 'length':
      return { rewarder: lengthThinking(), hash: null };
    case 'oracle':
      return { rewarder: oracleThinking((question, thinking) => rateThinking(question, thinking).score), hash: null };
    case 'trm':
      return ofModel(loadModel(modelFolder(model.trm, home)));
    case 'untrained':
      return ofModel(policy); // the base model as it is: the same tensors as the reference
    case 'step-level': {
      const rater = loadModel(modelFolder(model.stepTrm, home));
      return ofModel(rater, { head: stepHead(rater, reward.stepAggregate) });
    }
    case 'endpoint':
      return {
        rewarder: endpointThinking({
          ...reward.endpoint,
          apiKey: endpointKey(reward.endpoint.apiKeyEnv),
          preset: reward.preset,
        }),
        hash: null,
      };
    default:
      return assertNever(source, 'reward.thinking');
  }
}
