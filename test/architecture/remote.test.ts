/** Whoever asks another machine reads the answer by readAnswer (model/remote/remote-answer.ts), which bounds it, or does not read it at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { none, sources } from './sources.ts';

const ASKS = /(?<![.\w#])fetch\(|from 'node:https?';/;
const READS_ALL = /\.(?:text|json|arrayBuffer|blob|bytes|formData)\(\)|getReader\(/;
/** Has a fetch of its own, of a checkpoint. */
const OWN_FETCH = /\bfetch(?:\(uri|: )/;
/** Uses node:http for its types, or to serve. */
const SERVES = /^src\/main\/api\/http\//;

test('no file that asks another machine reads its answer by itself', () => {
  const asking = sources
    .filter(({ file }) => file.startsWith('src/main/') && !SERVES.test(file))
    .map(({ file, tree }) => ({ file, text: tree.getFullText() }))
    .filter(({ text }) => ASKS.test(text) && !OWN_FETCH.test(text));
  assert.ok(asking.length >= 4, `found ${asking.map(({ file }) => file)}`);
  none(asking.filter(({ text }) => READS_ALL.test(text)).map(({ file }) => `${file} reads an answer without bounds`));
  none(
    asking
      .filter(({ text }) => !/readAnswer|body\?\.cancel\(\)/.test(text))
      .map(({ file }) => `${file} leaves its answers open, or reads them in a way of its own`),
  );
});
