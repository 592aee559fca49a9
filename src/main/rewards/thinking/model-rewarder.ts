/**
 * A model of our own as thinking rewarder, in process: it reads image, question and thinking (never the answer). Image and question are
 * encoded once per group; the thinkings of a step are scored a few groups at a time, those of like length together, since a pass is padded
 * to its longest and small tensors stay in a core's cache. What is read from the pass, and where, is a head's affair:
 * score-head.ts (one score token at the end: trm, untrained) or step-head.ts (a probability at the end of each step: step-level).
 * With dropout, k passes of sampled networks instead of one: their mean is the score, their standard deviation its spread.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { Question } from '../../../shared/question.ts';
import { firstOf, getOrMake, present, zip } from '../../../shared/values/list.ts';
import type { Model } from '../../model/folder/model-folder.ts';
import { type GroupTensors, groupHidden, responseBatch, responseTensors } from '../../model/network/group-pass.ts';
import { prefixBatch, prefixTensors } from '../../model/network/prefix.ts';
import type { DropoutMasks } from '../../model/network/text.ts';
import type { Weights } from '../../model/network/weights.ts';
import { type EncodeOptions, encodeForRating } from '../../rollouts/encode-question.ts';
import { createSampler, type DrawKey, type Sampler } from '../../rollouts/generate-responses.ts';
import { type Compiled, compile } from '../../tensor/compile.ts';
import { gather } from '../../tensor/raw-op.ts';
import { disposeTree } from '../../tensor/tree.ts';
import type { HeadScore, RatingHead } from './heads/rating-head.ts';
import { scoreHead } from './heads/score-head.ts';
import { type DropoutOptions, dropoutMasks, overPasses } from './mc-dropout.ts';
import { judgedThinking, type ThinkingRequest, type ThinkingRewarder } from './source.ts';

/** How a model rates: by which head (default: the score token), and with how much dropout (default: none). */
export interface RaterOptions {
  readonly head?: RatingHead;
  readonly dropout?: DropoutOptions | undefined;
}

/** A rewarder over a loaded model. */
export function modelRewarder(
  name: string,
  model: Model,
  options: EncodeOptions,
  { head = scoreHead(model), dropout }: RaterOptions = {},
): ThinkingRewarder {
  const sampler = createSampler(model, { generate: () => [], dispose: () => {} });
  const pass = compilePass(model, head);
  return {
    name,
    score: async (requests, draw = { seed: 0, step: 0 }) => {
      if (requests.length === 0) return [];
      const began = performance.now();
      const groups = groupByQuestion(requests);
      const scores = Array.from({ length: dropout?.passes ?? 1 }, () => new Map<ThinkingRequest, HeadScore>());
      for (const part of parts(groups.map((group) => group.map((request) => askOf(head, request))))) {
        const values = scoreGroups(model, sampler, pass, part, { ...options, head, dropout, draw });
        for (const [pass, rows] of zip(scores, values))
          for (const [{ request }, row] of zip(part.flat(), rows)) pass.set(request, head.score(row));
      }
      const seconds = (performance.now() - began) / 1000 / requests.length;
      return requests.map((request) => {
        const each = scores.map((pass) => present(pass.get(request), 'score of a request'));
        const said = dropout === undefined ? firstOf(each, 'pass') : overPasses(each);
        return { ...judgedThinking(request, said), attempts: each.length, seconds };
      });
    },
  };
}

/** One pass over R thinkings. */
type PassInputs = {
  readonly weights: Weights;
  readonly group: GroupTensors;
  readonly places: tf.Tensor1D; // [R*K] int32, rows of the hidden states
  readonly masks: DropoutMasks | null;
};

/** Gives what the head reads at the places [R*K]. */
type Pass = Compiled<PassInputs, tf.Tensor1D>;

function compilePass(model: Model, head: RatingHead): Pass {
  return compile('score', ({ weights, group, places, masks }) => {
    const hidden = groupHidden(model.config, weights, group, masks ?? undefined);
    return head.read(weights, gather(hidden, places));
  });
}

/** Requests by question, in order; scoring wants every group of one size, so smaller ones repeat their first request. */
function groupByQuestion(requests: readonly ThinkingRequest[]): ThinkingRequest[][] {
  const groups = new Map<Question, ThinkingRequest[]>();
  for (const request of requests) getOrMake(groups, request.question, (): ThinkingRequest[] => []).push(request);
  const size = Math.max(...[...groups.values()].map((group) => group.length));
  return [...groups.values()].map((group) => [
    ...group,
    ...Array<ThinkingRequest>(size - group.length).fill(firstOf(group, 'request of a group')),
  ]);
}

/** A request with the tokens that its thinking becomes and the places to read. */
interface Asked {
  readonly request: ThinkingRequest;
  readonly ids: readonly number[];
  readonly places: readonly number[];
}

const askOf = (head: RatingHead, request: ThinkingRequest): Asked => ({ request, ...head.ask(request.thinking) });

/** Rows of a pass, about: on a core with 0.5 MB of cache 16 are faster than 64, and several hundred tokens each still fill a GPU. */
const ROWS_AT_ONCE = 16;

/** Cuts groups into parts of about ROWS_AT_ONCE rows, longest thinkings first. */
function parts(groups: readonly Asked[][]): Asked[][][] {
  const measured = groups.map((group) => ({ group, longest: Math.max(...group.map(({ ids }) => ids.length)) }));
  const sorted = measured.sort((a, b) => b.longest - a.longest).map(({ group }) => group);
  const size = Math.max(1, Math.floor(ROWS_AT_ONCE / firstOf(groups, 'group').length));
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, i) => sorted.slice(i * size, (i + 1) * size));
}

interface ScoreOptions extends EncodeOptions {
  readonly head: RatingHead;
  readonly dropout: DropoutOptions | undefined;
  readonly draw: DrawKey;
}

/** Places per row are padded to a multiple of this, so that few graphs serve many batches. */
const PLACES_MULTIPLE = 4;

/** The head's numbers of every row, pass by pass: [passes][R][places of the row]. */
function scoreGroups(
  model: Model,
  sampler: Sampler,
  pass: Pass,
  groups: readonly Asked[][],
  { head, dropout, draw, ...options }: ScoreOptions,
): number[][][] {
  const encoded = groups.map((group) =>
    encodeForRating(model, firstOf(group, 'request of a group').request.question, options),
  );
  const prefix = prefixBatch(
    model.config,
    encoded.map((question) => question.prompt),
  );
  const asked = groups.flat();
  // One token more than is asked, since the last place lies behind the last token.
  const response = responseBatch(
    model.config,
    prefix,
    asked.map(({ ids }) => [...ids, 0]),
  );
  const most = Math.max(1, ...asked.map(({ places }) => places.length));
  const perRow = most === 1 ? 1 : Math.ceil(most / PLACES_MULTIPLE) * PLACES_MULTIPLE;
  const at = new Int32Array(asked.length * perRow);
  asked.forEach(({ places }, row) => {
    for (let i = 0; i < perRow; i++) at[row * perRow + i] = row * response.length + (places[i] ?? 0);
  });
  const group = {
    prefix: prefixTensors(model.config, prefix),
    response: responseTensors(model.config, response),
    features: sampler.features(model.weights, encoded),
  };
  const given = { group, places: tf.tensor1d(at, 'int32') };
  const passes = Array.from({ length: dropout?.passes ?? 1 }, (_, index) => {
    const masks = dropout === undefined ? null : dropoutMasks(model.config.text, dropout.rate, draw, index);
    const result = pass({ weights: model.weights, ...given, masks });
    const values = result.dataSync();
    disposeTree(masks, result);
    return asked.map(({ places }, row) => Array.from(values.slice(row * perRow, row * perRow + places.length)));
  });
  disposeTree(given);
  return passes;
}
