/** What an endpoint is sent about a response: the prompt by preset, the picture, and nothing where there is nothing to judge. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpointThinking } from '../../../src/main/rewards/thinking/endpoint.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import type { Question } from '../../../src/shared/question.ts';
import { KEY, options, question, request } from './endpoint-options.ts';
import { reply, serve } from './fault-server.ts';

describe('a request to an endpoint', () => {
  it('asks with the model, temperature 0, the key, the five dimensions and without the true answer', async () => {
    const { base, seen } = await serve(reply('<answer>0.7</answer>'));
    const [score] = await endpointThinking(options(base)).score([request]);
    assert.equal(score!.score, 0.7);
    assert.equal(score!.failure, undefined);
    assert.equal(score!.attempts, 1);
    assert.deepEqual(score!.usage, { promptTokens: 10, completionTokens: 2 });
    assert.equal(seen[0]!.url, '/v1/chat/completions');
    assert.equal(seen[0]!.headers.authorization, `Bearer ${KEY}`);
    const sent = JSON.parse(seen[0]!.body);
    assert.equal(sent.model, 'judge');
    assert.equal(sent.temperature, 0);
    for (const part of [
      'Logical Soundness',
      'Correct Reasoning',
      'Error Identification',
      'Language Consistency',
      'Redundancy',
      request.thinking,
      question.text,
    ]) {
      assert.ok(seen[0]!.body.includes(part), part);
    }
    assert.ok(!seen[0]!.body.includes('SECRET-TRUTH'));
  });

  it('sends the picture as a PNG data URL, had once per question, and asks nothing blind about one that cannot be had', async () => {
    const server = await serve(reply('0.5'));
    const asked: string[] = [];
    const pictures = async ({ id }: Question) => {
      asked.push(id);
      if (id === 'gone') throw new Error('no such file');
      return id === 'none' ? [] : [Uint8Array.of(1, 2, 3)];
    };
    const rewarder = endpointThinking(options(server.base, { pictures, concurrency: 1 }));
    const [there, gone, none] = ['there', 'gone', 'none'].map((id) => ({ ...question, id }));
    const scores = await rewarder.score([there!, there!, gone!, none!].map((one) => ({ ...request, question: one })));
    assert.deepEqual(
      scores.map(({ score, failure, attempts }) => [score, failure, attempts]),
      [
        [0.5, undefined, 1],
        [0.5, undefined, 1],
        [null, 'image', 0],
        [0.5, undefined, 1],
      ],
    );
    const sent = server.seen.map(({ body }) => body.includes('data:image/png;base64,AQID'));
    assert.deepEqual(
      [sent, asked],
      [
        [true, true, false],
        ['there', 'gone', 'none'],
      ],
    );
  });

  it('draws embedded questions by itself, and does not ask about a file without a loader', async () => {
    const server = await serve(reply('0.5'));
    const drawn = generateQuestion('test', 1);
    const file: Question = { ...question, image: { kind: 'file', path: 'a.png' } };
    const scores = await endpointThinking(options(server.base)).score([
      { ...request, question: drawn },
      { ...request, question: file },
    ]);
    assert.deepEqual(
      scores.map(({ score, failure }) => [score, failure]),
      [
        [0.5, undefined],
        [null, 'image'],
      ],
    );
    assert.match(server.seen[0]!.body, /data:image\/png;base64,iVBOR/);
    assert.equal(server.seen.length, 1);
  });

  it('is shown the thinking alone in preset paper, and the whole prompt and response without dollars in official-code', async () => {
    const response = '<think> it costs $3 </think> <answer> $$3$$ </answer>';
    const whole = { question, prompt: 'system\nBe helpful.\nuser\nHow much?', thinking: 'it costs $3', response };
    const sent = async (preset: 'paper' | 'official-code', picture: Uint8Array | null) => {
      const server = await serve(reply('0.5'));
      const withPicture = picture === null ? {} : { question: { ...question, image: { kind: 'scene' } as const } };
      const rewarder = endpointThinking(
        options(server.base, { preset, pictures: async () => (picture === null ? [] : [picture]) }),
      );
      await rewarder.score([{ ...whole, ...withPicture }]);
      const { messages } = JSON.parse(server.seen[0]!.body) as { messages: { content: { text?: string }[] }[] };
      return messages[1]!.content
        .findLast((part) => part.text !== undefined)!
        .text!.replace(/^[\s\S]*\n\nQuestion:\n/, '');
    };
    const grade = '\n\nReasoning to grade:\n';
    assert.equal(await sent('paper', null), `${question.text}${grade}it costs $3`);
    const judged = `${whole.prompt}${grade}<think> it costs 3 </think> <answer> 3 </answer>`;
    assert.equal(await sent('official-code', null), judged);
    assert.equal(await sent('official-code', Uint8Array.of(1)), `<image> ${judged}`);
  });

  it('is not asked about an empty thinking, which is worth 0; official-code asks about the response', async () => {
    const empty = { ...request, thinking: '', response: '<think></think><answer>7</answer>' };
    for (const [preset, score, calls] of [
      ['paper', 0, 0],
      ['official-code', 0.5, 1],
    ] as const) {
      const server = await serve(reply('0.5'));
      const [answer] = await endpointThinking(options(server.base, { preset })).score([empty]);
      assert.deepEqual([answer!.score, server.seen.length], [score, calls]);
      assert.equal(answer!.failure, score === 0 ? 'no_thinking' : undefined);
    }
  });
});
