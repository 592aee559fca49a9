/** An OpenAI-compatible server, asked as the settings reward.endpoint say. */
import type { Question } from '../../../../shared/question.ts';
import { questionPng } from '../../../tasks/question-picture.ts';
import { endpointKey, endpointThinking } from '../endpoint.ts';
import type { MakeThinking } from '../source.ts';

/** The key comes from the environment variable that the settings name. */
export const makeEndpoint: MakeThinking = ({ settings: { reward }, encode, signal }) => {
  const apiKey = endpointKey(reward.endpoint.apiKeyEnv);
  const picture = (question: Question) => questionPng(question, encode.loadImage);
  return {
    rewarder: endpointThinking({ ...reward.endpoint, apiKey, preset: reward.preset, picture, signal }),
    hash: null,
  };
};
