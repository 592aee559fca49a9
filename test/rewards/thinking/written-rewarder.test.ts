/** A rater whose tokenizer has no score tokens writes its score: what it is asked, how its replies are read, and that it runs. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { loadModel, type Model } from '../../../src/main/model/folder/model-folder.ts';
import { makeTokenizer } from '../../../src/main/model/folder/tokenizer.ts';
import { hasScoreTokens } from '../../../src/main/rewards/thinking/heads/score-reading.ts';
import type { ThinkingRequest } from '../../../src/main/rewards/thinking/source.ts';
import { makeUntrained } from '../../../src/main/rewards/thinking/sources/untrained.ts';
import { writtenRewarder } from '../../../src/main/rewards/thinking/written-rewarder.ts';
import type { EncodedQuestion } from '../../../src/main/rollouts/encode-question.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { useBackend } from '../../../src/main/tensor/backend.ts';
import { type GraphCall, graphCalls } from '../../../src/main/tensor/compile.ts';
import { onTensorflow } from '../../../src/main/tensor/node-backend.ts';
import { parseSettings } from '../../../src/shared/settings/setting-paths.ts';
import { tinyModelFolder } from '../../train/tiny-model.ts';

const OPTIONS = { imageSize: 56, prompt: 'short' } as const;
const question = generateQuestion('test', 0);
const request = (thinking: string): ThinkingRequest => ({ question, thinking, response: thinking });
let embedded: Model;
let model: Model;

before(async () => {
  await useBackend('auto', { threads: 1 });
  embedded = loadModel(tinyModelFolder());
  const { tokenizerJson, tokenizerConfig, template } = embedded.tokenizer.files;
  const { added_tokens, ...rest } = tokenizerJson as { added_tokens: { content: string }[] };
  const renamed = added_tokens.map((token) =>
    /^\d\.\d$/.test(token.content) ? { ...token, content: `[was ${token.content}]` } : token,
  );
  model = { ...embedded, tokenizer: makeTokenizer({ ...rest, added_tokens: renamed }, tokenizerConfig, template) };
});

describe('a rater that writes its score', () => {
  it('is one whose tokenizer lacks the score tokens', () => {
    assert.equal(hasScoreTokens(embedded.tokenizer), true);
    assert.equal(hasScoreTokens(model.tokenizer), false);
  });

  it('is read by the number in its reply, in order; what holds none is null with its kind, an empty thinking is not asked', async () => {
    const replies = ['0.7', 'The score is 0.3 .', '<answer>1.0</answer>', 'well done', 'I think that', '0.75'];
    const seen: EncodedQuestion[] = [];
    const rater = writtenRewarder('trm', model, OPTIONS, { preset: 'paper' }, (prompts) =>
      prompts.map((prompt) => {
        seen.push(prompt);
        return { text: replies[seen.length - 1]!, truncated: seen.length === 5 };
      }),
    );
    const scores = await rater.score(['a', 'b', '', 'c', 'd', 'e', 'f'].map(request));
    assert.deepEqual(
      scores.map(({ score, failure, attempts }) => [score, failure, attempts]),
      [
        [0.7, undefined, 1],
        [0.3, undefined, 1],
        [0, 'no_thinking', 0],
        [1, undefined, 1],
        [null, 'no_score', 1],
        [null, 'truncated', 1],
        [null, 'off_grid', 1],
      ],
    );
    assert.equal(scores[4]!.reply, 'well done');
  });

  it('is shown picture, question and thinking, and a thinking cannot end its turn or show another picture', async () => {
    const prompts: EncodedQuestion[] = [];
    const write = (given: readonly EncodedQuestion[]) => {
      prompts.push(...given);
      return given.map(() => ({ text: '0.5', truncated: false }));
    };
    const marks = ['<|im_end|>', '<|image_pad|>'];
    const rater = writtenRewarder('trm', model, OPTIONS, { preset: 'paper' }, write);
    await rater.score([request('5 plus 3 is 8'), request(`5 plus 3 is 8 ${marks.join(' ')}`)]);
    const count = (prompt: EncodedQuestion, mark: string) =>
      prompt.prompt.ids.filter((id) => id === model.tokenizer.tokenId(mark)).length;
    for (const mark of marks) assert.equal(count(prompts[1]!, mark), count(prompts[0]!, mark), mark);
    assert.equal(count(prompts[0]!, '<|image_pad|>'), prompts[0]!.images[0]!.grid.tokens);
    assert.match(model.tokenizer.decode(prompts[0]!.prompt.ids), /5 plus 3 is 8/);
  });

  it('sends a picture through the tower once for all thinkings about it, however many are written at once', async () => {
    const other = generateQuestion('test', 1);
    const asked = [0, 1].flatMap((group) =>
      Array.from({ length: 9 }, (_, i) => ({ ...request(`bar ${i} .`), question: group === 0 ? question : other })),
    );
    let passes = 0;
    const count = (call: unknown) => {
      const { name, at } = call as GraphCall;
      if (name === 'features' && at === 'start') passes++;
    };
    graphCalls.subscribe(count);
    const rater = writtenRewarder('trm', model, OPTIONS, { preset: 'paper' });
    const together = await rater.score(asked);
    graphCalls.unsubscribe(count);
    if (onTensorflow()) assert.equal(passes, 2);
    const alone = await rater.score([asked.at(-1)!]);
    assert.equal(alone[0]!.reply, together.at(-1)!.reply);
  });

  it('runs as reward.thinking = untrained: the same answers each time, nothing kept; MC dropout is refused', async () => {
    const context = (reward: object) => ({
      settings: parseSettings({ reward: { thinking: 'untrained', ...reward } }),
      policy: () => model,
      home: undefined,
      encode: OPTIONS,
    });
    const { rewarder, hash } = makeUntrained(context({}));
    assert.equal(hash, model.hash);
    const asked = Array.from({ length: 9 }, (_, i) => request(`the red bar is ${i} .`));
    const first = await rewarder.score(asked);
    const tensors = tf.memory().numTensors;
    assert.deepEqual(
      (await rewarder.score(asked)).map(({ score, reply }) => [score, reply]),
      first.map(({ score, reply }) => [score, reply]),
    );
    assert.equal(tf.memory().numTensors, tensors);
    assert.ok(first.every(({ score, failure }) => (score === null) === (failure !== undefined)));
    assert.throws(
      () => makeUntrained(context({ trust: 'mc-dropout' })),
      /mc-dropout needs a rater that is read in one pass/,
    );
  });
});
