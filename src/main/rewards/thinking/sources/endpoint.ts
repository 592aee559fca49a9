/** An OpenAI-compatible server, asked as the settings reward.endpoint say. */
import type { Question } from '../../../../shared/question.ts';
import type { Settings } from '../../../../shared/settings/settings.ts';
import { type LoadImage, questionPngs } from '../../../tasks/question-picture.ts';
import { type EndpointOptions, endpointThinking } from '../endpoint.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { MakeThinking } from '../source.ts';

/** How an endpoint is asked by the settings: the reward, a rater and an annotator alike. @throws SophiaError where its key may not be used */
export function endpointOptions(
  { endpoint, preset, judge }: Settings['reward'],
  loadImage: LoadImage | undefined,
  signal: AbortSignal | undefined,
): EndpointOptions {
  const pictures = (question: Question) => questionPngs(question, loadImage);
  return { ...endpoint, apiKey: endpointKey(endpoint), preset, judge, pictures, signal };
}

/** The key comes from the environment variable that the settings name, where its host may have it. */
export const makeEndpoint: MakeThinking = ({ settings: { reward }, encode, signal }) => {
  return { rewarder: endpointThinking(endpointOptions(reward, encode.loadImage, signal)), hash: null };
};
