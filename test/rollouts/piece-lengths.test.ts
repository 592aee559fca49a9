/** What each token wrote: sums to the text, also where characters are made by several tokens or a token's place matters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieceLengths } from '../../src/main/rollouts/piece-lengths.ts';

/** A byte-level tokenizer: token 1000 is special, another is its byte. */
const bytes = {
  decode: (ids: readonly number[]) => new TextDecoder().decode(Uint8Array.from(ids.filter((id) => id < 256))),
};
/** Words with a space between, as WordPiece decodes. */
const words = { decode: (ids: readonly number[]) => ids.map((id) => 'abc'[id]!.repeat(id + 1)).join(' ') };

test('a character of several bytes is written by its last one, a special token writes nothing', () => {
  const text = 'aü🙂b';
  const ids = [...new TextEncoder().encode(text), 1000];
  assert.deepEqual(pieceLengths(bytes, ids, text), [1, 0, 1, 0, 0, 0, 2, 1, 0]);
});

test('a character cut off at the end still counts as what the text shows of it', () => {
  const ids = [...new TextEncoder().encode('a🙂')].slice(0, -1);
  const lengths = pieceLengths(bytes, ids, bytes.decode(ids));
  assert.equal(
    lengths.reduce((sum, length) => sum + length, 0),
    bytes.decode(ids).length,
  );
});

test('spaces that a decoder puts between tokens belong to the later one', () => {
  assert.deepEqual(pieceLengths(words, [0, 1, 2], 'a bb ccc'), [1, 3, 4]);
});
