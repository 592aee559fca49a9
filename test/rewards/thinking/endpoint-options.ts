/** A question, a request about it, and options of an endpoint, for the endpoint's tests. */
import type { EndpointOptions } from '../../../src/main/rewards/thinking/endpoint.ts';
import type { ThinkingRequest } from '../../../src/main/rewards/thinking/source.ts';
import type { Question } from '../../../src/shared/question.ts';

export const question: Question = {
  id: 'chart/test/000001',
  category: 'chart',
  answerType: 'numeric',
  split: 'test',
  template: 'sum',
  text: 'What is the sum of the bars?',
  answer: 'SECRET-TRUTH',
  image: null,
  scene: null,
};
export const request: ThinkingRequest = {
  question,
  thinking: 'The bars are 3 and 4, so 7.',
  response: 'whole response',
};
export const KEY = 'sk-very-secret';

export function options(baseUrl: string, more: Partial<EndpointOptions> = {}): EndpointOptions {
  return {
    baseUrl,
    model: 'judge',
    timeoutSeconds: 5,
    maxAttempts: 3,
    concurrency: 4,
    apiKey: KEY,
    preset: 'paper',
    backOffSeconds: 0.005,
    ...more,
  };
}
