import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ReplyFailure, readReply } from '../../../src/main/rewards/thinking/reply.ts';

describe('reading a reply, preset paper', () => {
  const scores: readonly [string, number][] = [
    ['0.7', 0.7],
    [' 0.7\n', 0.7],
    ['0.70', 0.7],
    ['.6', 0.6],
    ['1', 1],
    ['1.0.', 1],
    ['0', 0],
    ['<answer>0.3</answer>', 0.3],
    ['<score> 0.3 </score>', 0.3],
    ['<think>between 0.3 and 0.9</think><answer>0.5</answer>', 0.5],
    ['<think>maybe 0.9</think> 0.2', 0.2],
    ['The steps hold, 3 of them. <answer>0.8</answer>', 0.8],
    ['\\boxed{0.4}', 0.4],
    ['**Score**: 0.4', 0.4],
    ['The score is 0.9.', 0.9],
    ['I would rate this reasoning 0.6', 0.6],
    ['I would rate 0 out of 1', 0],
    ['Score: 0.7/1.0', 0.7],
    ['Logical Soundness: 0.2\nRedundancy: 0.9\nOverall score: 0.6', 0.6],
    ['Score: 0.4 for logic, score: 0.8 for style. Final score: 0.5', 0.5],
    ['Score: 0.4. So the score is 0.4', 0.4],
  ];
  for (const [reply, score] of scores) {
    it(`reads ${score} from ${JSON.stringify(reply)}`, () =>
      assert.deepEqual(readReply(reply, 'paper'), { score, failure: null }));
  }

  const failures: readonly [string, ReplyFailure][] = [
    ['', 'empty'],
    [' \n', 'empty'],
    ['<think>only thinking</think>', 'empty'],
    ['<think>0.5 and then', 'truncated'],
    ['I cannot judge this.', 'no_score'],
    ['**Total Wrong Steps**: 3', 'no_score'],
    ['**Total Wrong Steps**: 1', 'no_score'],
    ['Total: 1 wrong step', 'no_score'],
    ['**0 wrong steps**', 'no_score'],
    ['2 errors, so 0.6', 'no_score'],
    ['<answer>good</answer>', 'no_score'],
    ['0.85', 'off_grid'],
    ['<answer>0.25</answer>', 'off_grid'],
    ['0,5', 'off_grid'],
    ['-0.5', 'out_of_range'],
    ['Score: 7', 'out_of_range'],
    ['1.7', 'out_of_range'],
    ['90%', 'other_scale'],
    ['9/10', 'other_scale'],
    ['Score: 4 out of 5', 'other_scale'],
    ['between 0.3 and 0.5', 'ambiguous'],
    ['0.3-0.5', 'ambiguous'],
    ['Score: 0.3 or score: 0.5', 'ambiguous'],
    ['<answer>0.3</answer><answer>0.5</answer>', 'ambiguous'],
  ];
  for (const [reply, failure] of failures) {
    it(`finds none in ${JSON.stringify(reply)}: ${failure}`, () =>
      assert.deepEqual(readReply(reply, 'paper'), { score: null, failure }));
  }
});

describe('reading a reply, preset official-code', () => {
  const cases: readonly [string, number][] = [
    ['**Total Wrong Steps**: 3', 1],
    ['**5 wrong steps**', 1],
    ['-0.5', 0.5],
    ['0.85', 0],
    ['The score is 0.85, or 1', 0],
    ['</think> 5', 1],
    ['</think> 1.2.3', 1],
    ['</think> 7.2.3', 0],
    ['得分1分', 0], // Python takes the characters around the 1 for letters, so it is no word of its own
    ['得分：1。', 1],
    ['', 0],
  ];
  for (const [reply, score] of cases) {
    it(`reads ${score} from ${JSON.stringify(reply)}`, () =>
      assert.equal(readReply(reply, 'official-code').score, score));
  }
});
