/** An OpenAI-compatible server, asked as the settings reward.endpoint say. */
import { endpointKey, endpointThinking } from '../endpoint.ts';
import type { MakeThinking } from '../source.ts';

/** The key comes from the environment variable that the settings name. */
export const makeEndpoint: MakeThinking = ({ settings: { reward } }) => {
  const apiKey = endpointKey(reward.endpoint.apiKeyEnv);
  return { rewarder: endpointThinking({ ...reward.endpoint, apiKey, preset: reward.preset }), hash: null };
};
