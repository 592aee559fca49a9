/** The models in models/ load, answer in form, and rate; figures of skill are in their cards, made on many more questions. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { loadModel, type Model } from '../../src/main/model/folder/model-folder.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import { outcomeReward } from '../../src/main/rewards/outcome/outcome-reward.ts';
import { modelRewarder } from '../../src/main/rewards/thinking/model-rewarder.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { createSampler, generateResponses } from '../../src/main/rollouts/generate-responses.ts';
import { writeResponse } from '../../src/main/tasks/demonstrations/response.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { Random } from '../../src/shared/values/random.ts';

const MODELS = join(import.meta.dirname, '../../models');
const OPTIONS = { imageSize: 56, prompt: 'short' } as const;
const questions = Array.from({ length: 40 }, (_, i) => generateQuestion('test', 7000 + i));

before(async () => {
  await useBackend('auto', { threads: 1 });
});

describe('tiny-vl-base', () => {
  it('writes well-formed answers, some of them right', () => {
    const base = loadModel(join(MODELS, 'tiny-vl-base'));
    const sampler = createSampler(base, createGenerator(base.config));
    const encoded = questions.map((question) => encodeQuestion(base, question, OPTIONS));
    const sampling = { temperature: 1, topP: 1, topK: 0 };
    const { responses } = generateResponses(sampler, base.weights, encoded, 1, 64, sampling, { seed: 1, step: 1 });
    const outcomes = questions.map((question, i) =>
      outcomeReward({
        kind: question.answerType,
        response: responses[i]!.text,
        truth: question.answer,
        preset: 'paper',
      }),
    );
    assert.ok(outcomes.filter((outcome) => outcome.formatValid).length >= 36);
    assert.ok(outcomes.filter((outcome) => outcome.reward! >= 0.5).length >= 8);
  });
});

for (const name of ['tiny-vl-base', 'tiny-vl-trm']) {
  const folder = join(MODELS, name);
  describe(`${name} as a rater`, { skip: existsSync(folder) ? false : `${name} is not there` }, () => {
    const thinkings = questions.map((question, i) => ({
      sound: writeResponse(question, 'sound', new Random(5, i)),
      guess: writeResponse(question, 'guess', new Random(5, i)),
    }));
    const rate = async (model: Model, kind: 'sound' | 'guess') => {
      const requests = questions.map((question, i) => ({
        question,
        thinking: thinkings[i]![kind].thinking,
        response: thinkings[i]![kind].text,
      }));
      return (await modelRewarder(name, model, OPTIONS).score(requests)).map((one) => one.score);
    };

    it('writes one of the eleven scores', async () => {
      const scores = await rate(loadModel(folder), 'sound');
      assert.ok(
        scores.filter((score) => score !== null && Math.abs(score * 10 - Math.round(score * 10)) < 1e-9).length >= 38,
      );
    });

    it('puts sound thinking above guesses', {
      skip: name === 'tiny-vl-base' ? 'the untrained rater need not' : false,
    }, async () => {
      const model = loadModel(folder);
      const [sound, guess] = [await rate(model, 'sound'), await rate(model, 'guess')];
      const mean = (scores: (number | null)[]) =>
        scores.reduce((sum: number, score) => sum + (score ?? 0), 0) / scores.length;
      assert.ok(mean(sound) > mean(guess) + 0.2, `${mean(sound)} and ${mean(guess)}`);
    });
  });
}
