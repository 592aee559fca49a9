/** Rating by a model: the heads, one pass over groups with a shared prefix, and MC dropout, on a random tiny model. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { forward, type ModelInputs } from '../../../src/main/model/families/plain-pass.ts';
import { loadModel, type Model } from '../../../src/main/model/folder/model-folder.ts';
import { scoreHead } from '../../../src/main/rewards/thinking/heads/score-head.ts';
import { stepHead, stepTokens } from '../../../src/main/rewards/thinking/heads/step-head.ts';
import { AGGREGATES } from '../../../src/main/rewards/thinking/heads/step-reading.ts';
import { dropoutMasks, overPasses } from '../../../src/main/rewards/thinking/mc-dropout.ts';
import { modelRewarder, type RaterOptions } from '../../../src/main/rewards/thinking/model-rewarder.ts';
import type { ThinkingRequest } from '../../../src/main/rewards/thinking/source.ts';
import { questionImages } from '../../../src/main/rollouts/encode-question.ts';
import { ratingPrompt } from '../../../src/main/rollouts/prompt.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';

const OPTIONS = { imageSize: 56, prompt: 'short' } as const;
const THINKINGS = [
  'the red bar is 5 .',
  'the red bar is 5 . the blue bar is 3 . 5 plus 3 is 8 . so the answer is 8 .',
  '',
];
const requests: ThinkingRequest[] = [0, 1].flatMap((index) => {
  const question = generateQuestion('test', index);
  return THINKINGS.map((thinking) => ({ question, thinking, response: thinking }));
});
let model: Model;

before(async () => {
  await useBackend('auto', { threads: 1 });
  model = loadModel(tinyModelFolder());
});

const rater = (options: RaterOptions) => modelRewarder('test', model, OPTIONS, options);
const steps = (aggregate: 'mean' | 'min' | 'product' = 'mean') => stepHead(model, aggregate);

describe('the step-level head', () => {
  it('gives each step the softmax over + and - that the plain forward pass gives at its full stop', async () => {
    const { question, thinking } = requests[1]!;
    const [result] = await rater({ head: steps() }).score([requests[1]!]);
    const images = questionImages(model, question, OPTIONS);
    const grids = images.map(({ grid }) => grid);
    const { ids, places } = stepTokens(model.tokenizer, thinking.slice(0, -2).split(' . '));
    const prompt = ratingPrompt(model, question, grids).ids;
    const all = [...prompt, ...ids];
    const inputs: ModelInputs = {
      inputIds: [all],
      attentionMask: [all.map(() => 1)],
      images,
    };
    const logits = tf.tidy(() => forward(model.config, model.weights, inputs).logits.arraySync());
    const [plus, minus] = [model.tokenizer.tokenId('+'), model.tokenizer.tokenId('-')];
    const expected = places.map((place) => {
      const row = logits[prompt.length + place - 1]!;
      return 1 / (1 + Math.exp(row[minus]! - row[plus]!));
    });
    assert.equal(result!.steps!.length, 4);
    result!.steps!.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-5, `step ${i}: ${value} is not ${expected[i]}`);
    });
  });

  it('scores every thinking of every group alike whatever is beside it, and 0 with its reason where there is none', async () => {
    const all = await rater({ head: steps() }).score(requests);
    for (const [i, request] of requests.entries()) {
      const [alone] = await rater({ head: steps() }).score([request]);
      if (request.thinking === '') assert.deepEqual([all[i]!.score, all[i]!.failure], [0, 'no_steps']);
      else assert.ok(Math.abs(all[i]!.score! - alone!.score!) < 1e-6);
    }
  });

  it('scores many groups in parts, each request its own score', async () => {
    const many = Array.from({ length: 7 }, (_, index) => {
      const question = generateQuestion('test', index);
      return [1, 0, 1, 1].map((which) => ({
        question,
        thinking: THINKINGS[which]!.replace('5', String(index)),
        response: '',
      }));
    }).flat();
    const all = await rater({ head: steps() }).score(many);
    for (const i of [0, 5, 14, 27]) {
      const [alone] = await rater({ head: steps() }).score([many[i]!]);
      assert.ok(Math.abs(all[i]!.score! - alone!.score!) < 1e-6, `request ${i}`);
    }
    assert.equal(all.length, many.length);
  });

  it('gives a thinking of full stops alone 0, with dropout too', async () => {
    const dots = { ...requests[0]!, thinking: '. . .' };
    for (const dropout of [undefined, { passes: 2, rate: 0.2 }]) {
      const [result] = await rater({ head: steps(), ...(dropout && { dropout }) }).score([dots]);
      assert.deepEqual([result!.score, result!.failure, result!.spread], [0, 'no_steps', undefined]);
    }
  });

  it('makes one score of the steps by mean, smallest or product', () => {
    const [mean, min, product] = (['mean', 'min', 'product'] as const).map((name) => AGGREGATES[name]([0.5, 1]));
    assert.deepEqual([mean, min, product], [0.75, 0.5, 0.5]);
    assert.equal(steps('min').score([0.9, 0.2, 0.4]).score, 0.2);
  });
});

describe('a rater that gives no score', () => {
  it('leaves a thinking unscored, but an empty one is 0: it must not escape by saying nothing', async () => {
    const mute = { ...scoreHead(model), score: () => ({ score: null, failure: 'no_score' }) };
    for (const dropout of [undefined, { passes: 2, rate: 0.2 }]) {
      const all = await rater({ head: mute, ...(dropout && { dropout }) }).score(requests);
      for (const [i, { thinking }] of requests.entries()) {
        const { score, failure, spread } = all[i]!;
        assert.deepEqual(
          [score, failure, spread],
          thinking === '' ? [0, 'no_thinking', undefined] : [null, 'no_score', undefined],
        );
      }
    }
  });

  it('asks about an empty thinking as about any other: what it says counts', async () => {
    const kind = { ...scoreHead(model), score: () => ({ score: 0.3 }) };
    assert.ok((await rater({ head: kind }).score(requests)).every(({ score }) => score === 0.3));
  });
});

describe('MC dropout', () => {
  const dropout = { passes: 3, rate: 0.2 };

  it('gives the mean over passes and their standard deviation, the same bits for the same seed and step', async () => {
    const head = steps();
    const draw = { seed: 4, step: 9 };
    const [a, b] = [
      await rater({ head, dropout }).score(requests, draw),
      await rater({ head, dropout }).score(requests, draw),
    ];
    const without = (list: typeof a) => list.map(({ seconds: _seconds, ...rest }) => rest);
    assert.deepEqual(without(a), without(b));
    assert.equal(a[0]!.attempts, 3);
    assert.ok(a[0]!.spread! > 0 && a[0]!.spread! < 0.5);
    const other = await rater({ head, dropout }).score(requests, { seed: 4, step: 10 });
    assert.notEqual(other[0]!.score, a[0]!.score);
    assert.deepEqual([a[2]!.score, a[2]!.failure, a[2]!.spread], [0, 'no_steps', undefined]);
  });

  it('with a rate near 0 agrees with the pass without dropout, without spread', async () => {
    const head = steps();
    const [plain] = await rater({ head }).score([requests[1]!]);
    const [dropped] = await rater({ head, dropout: { passes: 2, rate: 1e-9 } }).score([requests[1]!]);
    assert.ok(Math.abs(plain!.score! - dropped!.score!) < 1e-6);
    assert.ok(dropped!.spread! < 1e-6);
  });

  it('draws masks of the wanted rate, scaled to keep the mean', () => {
    const text = { ...model.config.text, numHiddenLayers: 8, hiddenSize: 512 };
    const values = dropoutMasks(text, 0.25, { seed: 0, step: 0 }, 0).dataSync();
    const dropped = values.filter((value) => value === 0).length / values.length;
    assert.ok(Math.abs(dropped - 0.25) < 0.02, `${dropped}`);
    assert.ok(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
  });

  it('leaves passes without a score out, and has no score from one pass alone', () => {
    const failed = { score: null, failure: 'no_score' };
    const two = overPasses([{ score: 0.2 }, failed, { score: 0.6 }]);
    assert.ok(Math.abs(two.score! - 0.4) < 1e-12 && Math.abs(two.spread! - Math.sqrt(0.08)) < 1e-12);
    assert.deepEqual(overPasses([{ score: 0.2 }, failed]), failed);
    assert.deepEqual(overPasses([{ score: 0.3 }, { score: 0.3 }, { score: 0.3 }]), { score: 0.3, spread: 0 });
  });

  it('leaves no tensor behind', async () => {
    const rewarder = rater({ head: steps(), dropout });
    await rewarder.score(requests);
    const before = tf.memory().numTensors;
    await rewarder.score(requests);
    assert.equal(tf.memory().numTensors, before);
  });
});
