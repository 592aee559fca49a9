/** Variants that are one training under two names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SophiaError } from '../../../src/shared/errors.ts';
import { isInEffect, sameArms } from '../../../src/shared/study/same-arms.ts';
import { checkStudy, planRuns } from '../../../src/shared/study/study.ts';

const study = (variants: unknown, settings = {}) =>
  checkStudy({ name: 'a', variants, settings, seeds: [3, 4] }, 'test');

test('a built variant that repeats a built-in one is told, whichever comes first; the built-in one stays', () => {
  const on = { 'full-trust-on': { base: 'full', reward: { trust: 'exp' } } };
  for (const variants of [
    ['full', on],
    [on, 'full'],
  ])
    assert.deepEqual(sameArms(study(variants)), [{ name: 'full-trust-on', as: 'full', isTwice: true }]);
  assert.deepEqual(sameArms(study(['grpo', on])), [{ name: 'full-trust-on', as: 'full', isTwice: false }]);
});

test('two of the own kind are told too', () => {
  const variants = [
    'grpo',
    { a: { base: 'full', reward: { alpha: 1 } } },
    { b: { base: 'full', reward: { alpha: 1 } } },
  ];
  assert.deepEqual(sameArms(study(variants)), [{ name: 'b', as: 'a', isTwice: true }]);
});

test('without a thinking reward trust, annealing and weight make no difference', () => {
  const off = { off: { base: 'grpo', reward: { trust: 'none', annealing: 'none', alpha: 1 } } };
  assert.deepEqual(sameArms(study(['grpo', off])), [{ name: 'off', as: 'grpo', isTwice: true }]);
  const [{ settings }] = planRuns(study(['grpo'])) as [ReturnType<typeof planRuns>[number]];
  assert.deepEqual(
    ['reward.trust', 'reward.thinking', 'loss.beta'].map((path) => isInEffect(settings, path)),
    [false, true, true],
  );
});

test('what differs is left alone: the eight built-in variants, an A/A by its salt, settings of the whole study', () => {
  const all = [
    'grpo',
    'sft-grpo',
    'wo-trained-trm',
    'wo-trust-and-annealing',
    'wo-trust',
    'wo-annealing',
    'full',
    'oracle',
  ];
  assert.deepEqual(sameArms(study(all)), []);
  assert.deepEqual(sameArms(study(['full', { again: { base: 'full', generation: { salt: 1 } } }])), []);
  assert.deepEqual(
    sameArms(study(['full', { low: { base: 'full', reward: { alpha: 0.3 } } }], { reward: { alpha: 1 } })),
    [],
  );
});

test('a fault of a study names its field and what is wrong without the field’s name', () => {
  const fieldOf = (data: object) => {
    try {
      checkStudy({ name: 'a', ...data }, 'test');
      return undefined;
    } catch (error) {
      return (error as SophiaError).field;
    }
  };
  assert.deepEqual(fieldOf({ seeds: [0, 'x'] }), {
    path: 'seeds.1',
    reason: '"x": expected a whole number from 0 to 4294967295',
  });
  assert.deepEqual(fieldOf({ seeds: [] }), { path: 'seeds', reason: 'is empty' });
  assert.deepEqual(fieldOf({ settings: { training: { learningRate: 7 } } }), {
    path: 'training.learningRate',
    reason: '7 is not allowed: a number from 0 to 1',
  });
  assert.equal(fieldOf({ contrasts: ['full + grpo'] })?.path, 'contrasts');
  assert.equal(fieldOf({ variants: ['ful'] })?.path, 'variants');
  assert.equal(new SophiaError('data', 'x').field, undefined);
});
