import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadTokenizer, makeTokenizer } from '../../src/main/model/folder/tokenizer.ts';

const folder = join(import.meta.dirname, '../fixtures/tokenizer-bpe');

interface Case {
  readonly text: string | null;
  readonly ids: number[];
  readonly decoded: string;
  readonly plain: string;
}

test('byte-level BPE gives the ids and texts of the original library', () => {
  const tokenizer = loadTokenizer(folder);
  const cases: Case[] = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  for (const { text, ids, decoded, plain } of cases) {
    if (text !== null) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids, { skipSpecialTokens: false }), decoded, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids), plain, JSON.stringify(text));
  }
});

test('a token the vocabulary lacks, and a folder without a tokenizer, are named', () => {
  const tokenizer = loadTokenizer(folder);
  assert.equal(typeof tokenizer.tokenId('<|image_pad|>'), 'number');
  assert.throws(() => tokenizer.tokenId('<|nothing|>'), /has no token "<\|nothing\|>"/);
  assert.throws(() => loadTokenizer(join(folder, 'none')), /tokenizer\.json cannot be read/);
});

test('a tokenizer.json that is JSON and no tokenizer is told by its folder', () => {
  const sound = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as { model: object };
  for (const model of [{ type: 'BPE', vocab: {}, merges: 7 }, { type: 'BPE' }, { type: 'none' }, null])
    assert.throws(
      () => makeTokenizer({ ...sound, model }, {}, null, 'folder'),
      /^SophiaError: folder: tokenizer\.json holds no/,
    );
});
