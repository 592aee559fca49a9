/** Answers that cannot be read are counted by why, apart from wrong ones, which get the same reward. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { outcomeReward } from '../../../src/main/rewards/outcome/outcome-reward.ts';
import { type AnswerFaultName, faultOf } from '../../../src/shared/run/answer-faults.ts';

const numeric = (response: string) => outcomeReward({ kind: 'numeric', response, truth: '7', preset: 'paper' });

test('each way in which an answer cannot be read has its name, a wrong answer none', () => {
  const cases: [string, AnswerFaultName | null][] = [
    ['7', 'no_think'],
    ['<think> 7', 'no_think_end'],
    ['<think> 7 </think> 7', 'no_answer'],
    ['<think> 7 </think> <answer> 7', 'no_answer_end'],
    ['<think></think><answer>7</answer><answer>8</answer>', 'several_answers'],
    ['<think></think><answer> I cannot tell. </answer>', 'unreadable'],
    ['<think></think><answer></answer>', 'unreadable'],
    ['<think></think><answer>8</answer>', null],
    ['<think></think><answer>7</answer>', null],
  ];
  for (const [response, fault] of cases) {
    const { reward, reason } = numeric(response);
    assert.equal(faultOf(reason), fault, response);
    if (fault !== null) assert.equal(reward, 0);
  }
});
