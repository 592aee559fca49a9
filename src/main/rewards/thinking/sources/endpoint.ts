/** An OpenAI-compatible server, asked as the settings reward.endpoint say. */
import type { Question } from '../../../../shared/question.ts';
import { questionPngs } from '../../../tasks/question-picture.ts';
import { endpointThinking } from '../endpoint.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { MakeThinking } from '../source.ts';

/** The key comes from the environment variable that the settings name, where its host may have it. */
export const makeEndpoint: MakeThinking = ({ settings: { reward }, encode, signal }) => {
  const apiKey = endpointKey(reward.endpoint);
  const pictures = (question: Question) => questionPngs(question, encode.loadImage);
  return {
    rewarder: endpointThinking({
      ...reward.endpoint,
      apiKey,
      preset: reward.preset,
      judge: reward.judge,
      pictures,
      signal,
    }),
    hash: null,
  };
};
