/** Which weights token values are computed from, and what is said of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestWeights, weightsWords } from '../../../src/main/services/runs/token-weights.ts';

const checkpoint = (step: number) => ({
  step,
  runId: 1,
  uri: `checkpoints/${step}`,
  hash: `hash${step}-0123456789`,
  bytes: 1,
  at: 0,
});

test('the nearest to the policy after the step before; of two as near the earlier; the first weights where they can be had', () => {
  const all = [checkpoint(100), checkpoint(50)];
  const stepOf = (step: number, beginsFresh = true) => nearestWeights(step, all, beginsFresh).step;
  assert.deepEqual(
    [1, 26, 27, 51, 76, 77, 100, 200].map((step) => stepOf(step)),
    [0, 0, 50, 50, 50, 100, 100, 100],
  );
  assert.equal(stepOf(1, false), 50);
  assert.equal(nearestWeights(1, [], true).checkpoint, null);
  assert.throws(() => nearestWeights(1, [], false), /No checkpoint of this run lies on this machine/);
});

test('says exactly which they are', () => {
  const words = (at: number, step: number) =>
    weightsWords({ step: at, checkpoint: at === 0 ? null : checkpoint(at) }, step);
  assert.equal(
    words(50, 51),
    'the weights after step 50 (checkpoint hash50-01234), the very ones that wrote the responses',
  );
  assert.match(words(50, 60), /, 9 steps before those that wrote the responses \(after step 59\)$/);
  assert.match(words(50, 50), /, 1 step after those that wrote the responses \(after step 49\)$/);
  assert.equal(words(0, 1), 'the weights that the run began with, the very ones that wrote the responses');
});
