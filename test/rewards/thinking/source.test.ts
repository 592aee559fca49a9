import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ThinkingRequest } from '../../../src/main/rewards/thinking/source.ts';
import { lengthThinking } from '../../../src/main/rewards/thinking/sources/length.ts';
import { noThinking } from '../../../src/main/rewards/thinking/sources/none.ts';
import { oracleThinking } from '../../../src/main/rewards/thinking/sources/oracle.ts';
import { rateThinking } from '../../../src/main/tasks/rubric/rate.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import type { Question } from '../../../src/shared/question.ts';

const question = { id: 'q', text: 'How many?', scene: {} } as unknown as Question;
const request = (thinking: string, scene: unknown = {}): ThinkingRequest => ({
  question: { ...question, scene },
  thinking,
  response: thinking,
});

describe('thinking rewards without a model', () => {
  it('none scores nothing, and that is no failure', async () => {
    assert.deepEqual(await noThinking().score([request('a')]), [{ score: null, attempts: 0, seconds: 0 }]);
  });

  it('length rises with every word and stays below 1', async () => {
    const texts = [0, 1, 10, 30, 200].map((n) => 'word '.repeat(n));
    const scores = (await lengthThinking().score(texts.map((text) => request(text)))).map(({ score }) => score!);
    assert.deepEqual(scores.slice(0, 1), [0]);
    assert.equal(scores[3], 0.5);
    for (let i = 1; i < scores.length; i++) assert.ok(scores[i]! > scores[i - 1]! && scores[i]! < 1);
  });

  it('an empty thinking is worth 0 to the rubric, whatever the question', () => {
    for (let i = 0; i < 50; i++) assert.equal(rateThinking(generateQuestion('train', i), '').score, 0);
  });

  it('oracle asks the rubric, and has no score for a question without a scene', async () => {
    const oracle = oracleThinking((_, thinking) => (thinking === 'good' ? 0.9 : 0.1));
    const scores = await oracle.score([request('good'), request('bad'), request('good', null)]);
    assert.deepEqual(
      scores.map(({ score, failure }) => [score, failure]),
      [
        [0.9, undefined],
        [0.1, undefined],
        [null, 'no_scene'],
      ],
    );
  });
});
