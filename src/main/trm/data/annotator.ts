/**
 * Who scores a collected pair: the rubric (with noise and bias, standing for an annotator that is not perfect) or an OpenAI-compatible
 * endpoint asked about the five dimensions with the same prompt as the reward `endpoint`. Deliberately absent: the queue (annotate.ts).
 */

import type { Question } from '../../../shared/question.ts';
import { DIMENSIONS, type Dimension } from '../../../shared/trm/annotations.ts';
import { firstOf } from '../../../shared/values/list.ts';
import { type EndpointOptions, endpointThinking } from '../../rewards/thinking/endpoint.ts';
import { type RubricOptions, rateThinking } from '../../tasks/rubric/rate.ts';

/** A pair to be scored. */
export interface AnnotationRequest {
  readonly question: Question;
  readonly thinking: string;
  readonly text: string; // the whole response
  readonly asking: number; // 0, or 1 for the second time
}

/** What the annotator said. `score` is null with a `failure` where none could be had. */
export interface Annotation {
  readonly score: number | null; // one of 0, 0.1, ..., 1
  readonly failure: string | null;
  readonly dimensions: Readonly<Record<Dimension, number>> | null; // each 0..1
  readonly stepLabels: readonly { readonly text: string; readonly label: string }[] | null;
  readonly attempts: number; // requests made
  readonly seconds: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number | null;
  readonly reply: string | null;
}

/** An annotator; it does not throw for a score that cannot be had, and rejects with the signal's reason where a stop ended its wait. */
export type Annotator = (request: AnnotationRequest) => Promise<Annotation>;

const FREE = { attempts: 0, seconds: 0, promptTokens: 0, completionTokens: 0, cost: null, reply: null } as const;

/** The rubric; a second asking draws its noise anew. A question without a scene is a failure, `no_scene`. */
export function rubricAnnotator(options: RubricOptions): Annotator {
  return async ({ question, thinking, asking }) => {
    if (question.scene === null)
      return { ...FREE, score: null, failure: 'no_scene', dimensions: null, stepLabels: null };
    const rating = rateThinking(question, thinking, { ...options, seed: (options.seed ?? 0) + asking });
    const dimensions = Object.fromEntries(DIMENSIONS.map((name) => [name, rating.dimensions[name].score]));
    return {
      ...FREE,
      score: rating.score,
      failure: null,
      dimensions: dimensions as Record<Dimension, number>,
      stepLabels: rating.steps,
    };
  };
}

/** Money per million tokens, in any currency. */
export interface Prices {
  readonly prompt: number;
  readonly completion: number;
}

/** An endpoint; cost is counted from the tokens the server tells, where prices are given. Throws `usage` for a URL that cannot be used. */
export function endpointAnnotator(options: EndpointOptions, prices: Prices | null): Annotator {
  const rewarder = endpointThinking(options);
  return async ({ question, thinking, text }) => {
    const answers = await rewarder.score([{ question, thinking, response: text }]);
    const { score, failure, attempts, seconds, reply, usage } = firstOf(answers, 'answer of the annotator');
    return {
      score,
      failure: score === null ? (failure ?? 'no_score') : null,
      dimensions: null,
      stepLabels: null,
      attempts,
      seconds,
      promptTokens: usage?.promptTokens ?? 0,
      completionTokens: usage?.completionTokens ?? 0,
      cost:
        prices === null || usage === undefined
          ? null
          : (usage.promptTokens * prices.prompt + usage.completionTokens * prices.completion) / 1e6,
      reply: reply ?? null,
    };
  };
}
