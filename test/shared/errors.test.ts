import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName, SophiaError } from '../../src/shared/errors.ts';

test('a message is one line of a length that can be shown, whatever it quotes, and ends with its fix', () => {
  const { message } = new SophiaError(
    'data',
    `Unexpected token in "alse,\n  \r\n "m"...${'a'.repeat(70_000)}`,
    'Mend it.',
  );
  assert.match(message, /^Unexpected token in "alse, "m"\.\.\.a+… Mend it\.$/);
  assert.ok(message.length < 1600);
});

test('the nearest name is a misspelling, not just any short word', () => {
  const known = ['T', 'rho', 'topP', 'gamma', 'full'];
  assert.equal(nearestName('gama', known), 'gamma');
  assert.equal(nearestName('FULL', known), 'full');
  assert.equal(nearestName('ful', known), 'full');
  assert.equal(nearestName('a', known), undefined);
  assert.equal(nearestName('foo', known), undefined);
});
