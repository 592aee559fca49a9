/** How a step is cut into micro-batches. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutOrder } from '../../../src/main/train/update/micro-batches.ts';

describe('the order in which groups are cut', () => {
  const groups = [
    { longest: 20, prompt: 40 },
    { longest: 45, prompt: 40 },
    { longest: 30, prompt: 30 },
    { longest: 33, prompt: 30 },
    { longest: 17, prompt: 45 },
  ];

  it('puts groups that pad alike together: responses of 33 to 48 tokens, then of 17 to 32; longer prompts first; else as asked', () => {
    assert.deepEqual(cutOrder(groups, 'grpo'), [1, 3, 0, 4, 2]);
  });

  it('leaves the order of the questions to bnpo, whose loss depends on the cut', () => {
    assert.deepEqual(cutOrder(groups, 'bnpo'), [0, 1, 2, 3, 4]);
  });
});
