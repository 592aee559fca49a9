/**
 * A model of our own as Thinking Reward Model, in process: it reads image, question and thinking (never the answer) and writes a score
 * token. Image and question are encoded once per group; all thinkings of a step are scored in one pass. A token that is no score is a
 * recorded failure. Trained and untrained TRM are the same code with other weights.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Question } from '../../../shared/question.ts';
import {
  groupHidden,
  PREFIX_TENSORS,
  RESPONSE_TENSORS,
  responseBatch,
  responseTensors,
} from '../../model/group-pass.ts';
import type { Model } from '../../model/model-folder.ts';
import { prefixBatch, prefixTensors } from '../../model/prefix.ts';
import { logitsOf } from '../../model/text.ts';
import { type EncodedQuestion, type EncodeOptions, questionImages } from '../../rollouts/encode-question.ts';
import { createSampler, type Sampler } from '../../rollouts/generate-responses.ts';
import { ratingPrompt, ratingRequest } from '../../rollouts/prompt.ts';
import { SCORE_TOKENS } from '../../tasks/vocabulary.ts';
import { compile } from '../../tensor/compile.ts';
import { gather } from '../../tensor/raw-op.ts';
import type { ThinkingRequest, ThinkingRewarder, ThinkingScore } from './source.ts';

/** A rewarder over a loaded model that knows the eleven score tokens. */
export function modelRewarder(name: string, model: Model, options: EncodeOptions): ThinkingRewarder {
  const scoreOf = new Map(SCORE_TOKENS.map((token) => [model.tokenizer.tokenId(token), Number(token)]));
  const sampler = createSampler(model.config, model.tokenizer, { generate: () => [], dispose: () => {} });
  const pass = compilePass(model);
  return {
    name,
    score: async (requests) => {
      const began = performance.now();
      const groups = groupByQuestion(requests);
      const chosen = scoreGroups(model, sampler, pass, groups, options);
      const seconds = (performance.now() - began) / 1000 / Math.max(1, requests.length);
      return requests.map((request): ThinkingScore => {
        const score = scoreOf.get(chosen.get(request)!);
        if (score !== undefined) return { score, attempts: 1, seconds };
        return {
          score: null,
          failure: 'no_score',
          attempts: 1,
          seconds,
          reply: model.tokenizer.decode([chosen.get(request)!]),
        };
      });
    },
  };
}

type Pass = (inputs: tf.Tensor[]) => tf.Tensor[];

/** Inputs: weights, prefix, response, places of the last request token, features if any. Output: the token after it, [R] int32. */
function compilePass(model: Model): Pass {
  const names = Object.keys(model.weights);
  return compile('score', (inputs) => {
    const w = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
    const rest = inputs.slice(names.length);
    const prefix = rest.slice(0, PREFIX_TENSORS);
    const response = rest.slice(PREFIX_TENSORS, PREFIX_TENSORS + RESPONSE_TENSORS);
    const [places, features] = rest.slice(PREFIX_TENSORS + RESPONSE_TENSORS) as [tf.Tensor1D, tf.Tensor2D | undefined];
    const hidden = groupHidden(model.config, w, prefix, response, features ?? null);
    return [tf.argMax(logitsOf(model.config.text, w, gather(hidden, places) as tf.Tensor2D), -1)];
  });
}

/** Requests by question, in order; scoring wants every group of one size, so smaller ones repeat their first request. */
function groupByQuestion(requests: readonly ThinkingRequest[]): ThinkingRequest[][] {
  const groups = new Map<Question, ThinkingRequest[]>();
  for (const request of requests) groups.set(request.question, [...(groups.get(request.question) ?? []), request]);
  const size = Math.max(0, ...[...groups.values()].map((group) => group.length));
  return [...groups.values()].map((group) => [
    ...group,
    ...Array<ThinkingRequest>(size - group.length).fill(group[0]!),
  ]);
}

function scoreGroups(
  model: Model,
  sampler: Sampler,
  pass: Pass,
  groups: readonly ThinkingRequest[][],
  options: EncodeOptions,
): Map<ThinkingRequest, number> {
  const chosen = new Map<ThinkingRequest, number>();
  if (groups.length === 0) return chosen;
  const encoded = groups.map((group) => encodeForRating(model, group[0]!.question, options));
  const prefix = prefixBatch(
    model.config,
    encoded.map((one) => one.prompt),
  );
  const asked = groups.flat().map((request) => ratingRequest(model.tokenizer, request.thinking));
  const response = responseBatch(
    model.config,
    prefix,
    asked.map((ids) => [...ids, 0]),
  ); // the place of the score
  const features = sampler.features(model.weights, encoded);
  const places = tf.tensor1d(
    Int32Array.from(asked, (ids, row) => row * response.length + ids.length),
    'int32',
  );
  const tensors = [
    ...prefixTensors(model.config, prefix),
    ...responseTensors(model.config, response),
    places,
    ...(features === null ? [] : [features]),
  ];
  const [tokens] = pass([...Object.values(model.weights), ...tensors]);
  const ids = tokens!.dataSync();
  groups.flat().forEach((request, row) => {
    chosen.set(request, ids[row]!);
  });
  tf.dispose([tensors, tokens!]);
  return chosen;
}

function encodeForRating(model: Model, question: Question, options: EncodeOptions): EncodedQuestion {
  const images = questionImages(model, question, options);
  return {
    question,
    images,
    prompt: ratingPrompt(
      model.tokenizer,
      model.config,
      question,
      images.map((image) => image.gridThw),
    ),
  };
}
