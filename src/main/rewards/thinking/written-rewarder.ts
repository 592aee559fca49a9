/**
 * A vision-language model as thinking rewarder that writes its score, as SophiaVL-R1-Thinking-Reward-Model-3B and any instructed model do: it is
 * shown the pictures, the question and the thinking, answers greedily, and the number is read from what it wrote (reply.ts). For models whose
 * tokenizer has no score tokens; those that have them are read in one pass (model-rewarder.ts). A reply without a score is null and counted.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { RewardPreset } from '../../../shared/kinds/trust.ts';
import type { Question } from '../../../shared/question.ts';
import { getOrMake, zip } from '../../../shared/values/list.ts';
import type { ImageInput } from '../../model/families/family.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { createGenerator } from '../../model/network/decode.ts';
import { GREEDY } from '../../model/network/sampling.ts';
import {
  type EncodedQuestion,
  type EncodeOptions,
  encodeForJudge,
  questionImages,
} from '../../rollouts/encode-question.ts';
import { createSampler, generateResponses, type Response } from '../../rollouts/generate-responses.ts';
import type { KnownFeatures } from '../../rollouts/picture-features.ts';
import { disposeTree } from '../../tensor/tree.ts';
import { type JudgeSettings, judgeTexts } from './prompt.ts';
import { readReply } from './reply.ts';
import { isEmptyThinking, NOTHING_THOUGHT, type ThinkingRewarder, type ThinkingScore } from './source.ts';

/** Writes an answer to each prompt; a picture that several prompts show is the same object. */
export type Writer = (prompts: readonly EncodedQuestion[]) => readonly Pick<Response, 'text' | 'truncated'>[];

/** A score stands at the start of a reply or in its answer tags; what goes on longer than this is no score. */
const MOST_REPLY_TOKENS = 64;
/** Thinkings judged at once. */
const AT_ONCE = 8;

/** How a judge is asked, and its replies read. */
export interface JudgeOptions {
  readonly preset: RewardPreset;
  readonly judge?: JudgeSettings; // texts; default: ours
}

/** A rewarder over a loaded model. An empty thinking is worth 0 and nobody is asked. */
export function writtenRewarder(
  name: string,
  model: Model,
  options: EncodeOptions,
  { preset, judge }: JudgeOptions,
  write: Writer = greedyWriter(model),
): ThinkingRewarder {
  return {
    name,
    score: async (requests) => {
      const asked = requests.filter((request) => !isEmptyThinking(request));
      const began = performance.now();
      const pictures = new Map<Question, readonly ImageInput[]>(); // decoded and cut once for all of a group's thinkings
      const prompts = asked.map((request) => {
        const images = getOrMake(pictures, request.question, () => questionImages(model, request.question, options));
        return encodeForJudge(model, request.question, judgeTexts(request, judge), images);
      });
      const replies = write(prompts);
      const seconds = (performance.now() - began) / 1000 / Math.max(1, asked.length);
      const scores = new Map(
        zip(asked, replies).map(([request, { text, truncated }]): [unknown, ThinkingScore] => {
          const { score, failure } = readReply(text, preset);
          const cut = truncated && failure === 'no_score' ? 'truncated' : failure;
          return [request, { score, ...(cut !== null && { failure: cut }), attempts: 1, seconds, reply: text }];
        }),
      );
      return requests.map((request) => scores.get(request) ?? { ...NOTHING_THOUGHT, attempts: 0, seconds: 0 });
    },
  };
}

/** By the model itself, so many at once; each picture goes through the tower once. */
function greedyWriter(model: Model): Writer {
  const sampler = createSampler(model, createGenerator(model.config));
  return (prompts) => {
    const known: KnownFeatures = new Map();
    try {
      const starts = Array.from({ length: Math.ceil(prompts.length / AT_ONCE) }, (_, i) => i * AT_ONCE);
      return starts.flatMap((at) => {
        const part = prompts.slice(at, at + AT_ONCE);
        const written = generateResponses(sampler, model.weights, part, 1, MOST_REPLY_TOKENS, GREEDY, null, known);
        disposeTree(written.features);
        return written.responses;
      });
    } finally {
      tf.dispose([...known.values()]);
    }
  };
}
