/** Responses whose keys and values do not fit together are generated in parts: the same responses, from the same draws. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { createGenerator, type Generator } from '../../src/main/model/network/decode.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { createSampler, generateResponses, generationParts } from '../../src/main/rollouts/generate-responses.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { tinyModelFolder } from '../train/tiny-model.ts';

describe('generation in parts', () => {
  before(() => useBackend('auto', { threads: 1 }));

  it('gives the responses that all together give, with pictures, and never holds more groups than fit', () => {
    const model = loadModel(tinyModelFolder());
    const questions = [1, 2, 3, 4, 5].map((index) =>
      encodeQuestion(model, generateQuestion('train', index), { imageSize: 56, prompt: 'short' }),
    );
    const groupsAtOnce: number[] = [];
    const watched = (generator: Generator): Generator => ({
      ...generator,
      generate: (w, request) => {
        groupsAtOnce.push(request.prefix.groups);
        return generator.generate(w, request);
      },
    });
    const responsesWithin = (bytes?: number) => {
      const sampler = createSampler(model, watched(createGenerator(model.config)), bytes);
      const sampling = { temperature: 1, topP: 1, topK: 0 };
      const batch = generateResponses(sampler, model.weights, questions, 3, 8, sampling, { seed: 5, step: 2 });
      assert.ok(batch.features !== null && !batch.features.isDisposed, 'features of all questions are handed on');
      batch.features.dispose();
      return batch.responses;
    };
    const { numHiddenLayers, numKeyValueHeads, headDim } = model.config.text;
    const longest = Math.max(...questions.map(({ prompt }) => prompt.ids.length));
    const groupBytes = 8 * numHiddenLayers * numKeyValueHeads * headDim * (longest + 3 * 8);
    const together = responsesWithin();
    assert.deepEqual(groupsAtOnce, [5]);
    for (const [groups, cut] of [
      [2, [2, 2, 1]],
      [3, [3, 2]],
      [0.5, [1, 1, 1, 1, 1]], // a question that does not fit goes alone
    ] as const) {
      groupsAtOnce.length = 0;
      const parts = responsesWithin(groups * groupBytes);
      assert.deepEqual(groupsAtOnce, cut);
      assert.deepEqual(
        parts.map(({ ids }) => ids),
        together.map(({ ids }) => ids),
      );
      for (const [row, { logps }] of parts.entries())
        for (const [at, logp] of logps.entries())
          assert.ok(Math.abs(logp - together[row]!.logps[at]!) < 1e-4, `row ${row}, token ${at}: ${logp}`);
    }
  });

  it("cuts a 3B's step of 16 groups of 8 x 1,024 tokens into three parts, an embedded model's never", () => {
    const questions = Array.from({ length: 16 }, () => ({ prompt: { ids: Array(400).fill(1) } })) as never;
    const sizes = (text: { numHiddenLayers: number; numKeyValueHeads: number; headDim: number }, bytes: number) =>
      generationParts(text as never, questions, 8, 1024, bytes).map((part) => part.length);
    assert.deepEqual(sizes({ numHiddenLayers: 36, numKeyValueHeads: 2, headDim: 128 }, 4 * 2 ** 30), [6, 6, 4]);
    assert.deepEqual(sizes({ numHiddenLayers: 4, numKeyValueHeads: 2, headDim: 32 }, 4 * 2 ** 30), [16]);
  });
});
