import assert from 'node:assert/strict';
import { test } from 'node:test';
import { middleEllipsis, shortNames } from '../../../src/shared/text/short-names.ts';

const LONG = 'full trust exp annealing exp with alpha zero point';

test('names that fit stay whole; of a longer one the middle is left out', () => {
  assert.deepEqual(shortNames(['grpo', 'wo-trust-and-annealing'], 22), ['grpo', 'wo-trust-and-annealing']);
  assert.equal(middleEllipsis('full with shuffled scores', 14), 'full wi…scores');
  assert.deepEqual(shortNames(['wo-annealing', 'wo-trust-and-annealing'], 12), ['wo-annealing', 'wo-tru…aling']);
  assert.deepEqual(shortNames(['full with shuffled scores', 'grpo'], 14), ['full wi…scores', 'grpo']);
});

test('long names that differ in their middle alone are told apart, each by the word that differs', () => {
  const names = [`${LONG} seven and more words`, `${LONG} nine and more words`, 'grpo'];
  for (const most of [14, 22, 36]) {
    const short = shortNames(names, most);
    assert.equal(new Set(short).size, 3, short.join());
    assert.match(short[0] ?? '', /seven/);
    assert.match(short[1] ?? '', /nine/);
    for (const name of short) assert.ok(name.length <= most, `${name}: ${name.length} of ${most}`);
  }
});

test('so are those of which one is the beginning of the other, and equal names stay equal', () => {
  const [a, b] = shortNames([`${LONG} seven`, `${LONG} seven and eight`], 12);
  assert.notEqual(a, b);
  const twice = shortNames([`${LONG} one`, `${LONG} one`], 12);
  assert.equal(twice[0], twice[1]);
});

test('three that share beginning and end have three short names', () => {
  const names = ['7', '8', '9'].map((digit) => `full-trust-exp-annealing-exp-alpha-0-${digit}-of-its-own-and-more`);
  assert.equal(new Set(shortNames(names, 20)).size, 3);
});
