/** An OpenAI-compatible server, asked as the settings reward.endpoint say. */
import type { Question } from '../../../../shared/question.ts';
import { questionPngs } from '../../../tasks/question-picture.ts';
import { endpointKey, endpointThinking } from '../endpoint.ts';
import type { MakeThinking } from '../source.ts';

/** The key comes from the environment variable that the settings name. */
export const makeEndpoint: MakeThinking = ({ settings: { reward }, encode, signal }) => {
  const apiKey = endpointKey(reward.endpoint.apiKeyEnv);
  const pictures = (question: Question) => questionPngs(question, encode.loadImage);
  return {
    rewarder: endpointThinking({ ...reward.endpoint, apiKey, preset: reward.preset, pictures, signal }),
    hash: null,
  };
};
