import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SophiaError } from '../../src/shared/errors.ts';

test('a message is one line of a length that can be shown, whatever it quotes, and ends with its fix', () => {
  const { message } = new SophiaError(
    'data',
    `Unexpected token in "alse,\n  \r\n "m"...${'a'.repeat(70_000)}`,
    'Mend it.',
  );
  assert.match(message, /^Unexpected token in "alse, "m"\.\.\.a+… Mend it\.$/);
  assert.ok(message.length < 1600);
});
