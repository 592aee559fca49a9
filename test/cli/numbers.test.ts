/** Numbers on the command line: what is none, or lies outside of the bounds, is refused with the bounds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { number, whole } from '../../src/main/cli/common/numbers.ts';

test('whole numbers within the bounds are read', () => {
  const port = whole(0, 65535);
  assert.deepEqual(['0', '8080', '65535'].map(port), [0, 8080, 65535]);
});

test('an empty text is no number, nor is anything that is none', () => {
  for (const text of ['', ' ', 'x', '1.5', '-1', '65536', 'Infinity'])
    assert.throws(() => whole(0, 65535)(text), /whole number from 0 to 65535/, JSON.stringify(text));
  for (const text of ['', ' ', 'x', '2']) assert.throws(() => number(0, 1)(text), /from 0 to 1/, JSON.stringify(text));
});
