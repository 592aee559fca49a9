/** A question that comes twice in a step, as happens with an imported set smaller than a step. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { loadModel } from '../../src/main/model/folder/model-folder.ts';
import { createGenerator } from '../../src/main/model/network/decode.ts';
import { encodeQuestion } from '../../src/main/rollouts/encode-question.ts';
import { createSampler, drawStreams, generateResponses } from '../../src/main/rollouts/generate-responses.ts';
import { generateQuestion } from '../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../src/main/tensor/backend.ts';
import { hash32 } from '../../src/shared/values/random.ts';
import { tinyModelFolder } from '../train/tiny-model.ts';

describe('a question that comes twice in a step', () => {
  before(() => useBackend('auto', { threads: 1 }));

  it('gets other responses the second time, the same ones again when the step is done again', () => {
    const model = loadModel(tinyModelFolder());
    const sampler = createSampler(model, createGenerator(model.config));
    const question = encodeQuestion(model, generateQuestion('train', 1), { imageSize: 56, prompt: 'short' });
    const sample = () => {
      const sampling = { temperature: 1, topP: 1, topK: 0 };
      const batch = generateResponses(sampler, model.weights, [question, question], 3, 8, sampling, {
        seed: 5,
        step: 2,
      });
      batch.features?.dispose();
      return batch.responses.map(({ ids }) => ids.join());
    };
    const first = sample();
    assert.equal(new Set(first).size, 6, 'six different responses');
    assert.deepEqual(sample(), first);
  });

  it('draws the first time as it would alone, whatever stands between', () => {
    const [a, b, again, third] = drawStreams(['set/1', 'set/2', 'set/1', 'set/1'], 7);
    assert.deepEqual([a, b], [hash32('7:set/1'), hash32('7:set/2')]);
    assert.equal(new Set([a, b, again, third]).size, 4);
    assert.notDeepEqual(drawStreams(['set/1', 'set/1'], 8)[1], again);
  });
});
