/** A judge's own prompt (settings reward.judge): in its places, for endpoints and for models that write; and what stands without one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeTexts, ratingMessages } from '../../../src/main/rewards/thinking/prompt.ts';
import type { ThinkingRequest } from '../../../src/main/rewards/thinking/source.ts';
import { generateQuestion } from '../../../src/main/tasks/worlds/everyday/generate.ts';
import { hashedSettings, parseSettings } from '../../../src/shared/settings/setting-paths.ts';

const question = generateQuestion('test', 0);
const thinking = 'A $& and {question} stand in the reasoning.';
const request: ThinkingRequest = { question, thinking, response: `<think>${thinking}</think><answer>3</answer>` };
const judge = {
  systemText: 'You are strict.',
  prompt: 'Judge this.\nQuestion: {question}\nReasoning process: {reasoning}\nReply <answer>score</answer>',
};
const textOf = (messages: ReturnType<typeof ratingMessages>): readonly [system: string, asked: string] => {
  const [system, user] = messages;
  const parts = user!.content as readonly { text?: string }[];
  return [String(system!.content), parts.at(-1)!.text!];
};

describe('the prompt of a judge', () => {
  it('takes question and reasoning in the places that the settings give, whatever these hold', () => {
    assert.deepEqual(textOf(ratingMessages('paper', request, [], judge)), [
      'You are strict.',
      `Judge this.\nQuestion: ${question.text}\nReasoning process: ${thinking}\nReply <answer>score</answer>`,
    ]);
    assert.deepEqual(judgeTexts(request, judge), {
      system: 'You are strict.',
      before: 'Judge this.\nQuestion: ',
      after: `\nReasoning process: ${thinking}\nReply <answer>score</answer>`,
    });
  });

  it('shows a judge of preset official-code the whole response there, without dollar signs', () => {
    const [, text] = textOf(ratingMessages('official-code', request, [], judge));
    assert.match(text, /Reasoning process: <think>A & and \{question\} stand .*<\/think><answer>3<\/answer>\nReply/);
  });

  it("is the program's own where the settings name none, each text by itself", () => {
    const own = textOf(ratingMessages('paper', request, []));
    assert.match(own[1], new RegExp(`Question:\n${question.text.replace(/[?.]/g, '\\$&')}\n\nReasoning to grade:\n`));
    assert.ok(own[1].endsWith(thinking));
    assert.deepEqual(textOf(ratingMessages('paper', request, [], { ...judge, prompt: '' })), [
      'You are strict.',
      own[1],
    ]);
    const { before, after } = judgeTexts(request);
    assert.equal(`${before}${question.text}${after}`, own[1]);
  });

  it('is refused where it lacks a place, and is part of what a study is told apart by only when it is set', () => {
    const settings = (prompt: string) => parseSettings({ reward: { judge: { prompt } } });
    for (const prompt of ['Judge {reasoning}', 'Judge {question}', '{reasoning} of {question}'])
      assert.throws(() => settings(prompt), /judge\.prompt does not say where/);
    assert.ok(!('judge' in hashedSettings(settings('')).reward));
    assert.ok('judge' in hashedSettings(settings(judge.prompt)).reward);
  });
});
