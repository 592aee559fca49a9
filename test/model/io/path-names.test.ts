import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { entryOf, fileNameOf, inside, pathFault } from '../../../src/main/model/io/path-names.ts';

describe('names that become paths', () => {
  test('a name that leads elsewhere, or that not every system can hold, is refused', () => {
    const outside = ['..', '.', '../x', 'a/../../x', '/etc/passwd', 'C:/x', 'a\\b', '', 'a//b', 'a/'];
    const odd = ['nul', 'con.txt', 'a:b', 'a\nb', 'a\u0000b', 'a?', 'x.', 'x ', 'n'.repeat(201)];
    odd.push('漢'.repeat(86), 'conin$', 'CONOUT$.txt', 'com¹', 'nul .txt'); // 258 bytes; names of devices too
    for (const name of [...outside, ...odd]) {
      assert.notEqual(pathFault(name), null, JSON.stringify(name));
      assert.throws(() => inside('/home', name), /names no file here/, JSON.stringify(name));
    }
    assert.equal(inside('/home', 'runs/ö 1.db'), join('/home', 'runs', 'ö 1.db'));
  });

  test('an entry of a folder is one name, whatever its letters', () => {
    assert.equal(entryOf('/home', 'a:b?'), join('/home', 'a:b?'));
    for (const name of ['..', '.', '', 'a/b', '/a']) assert.throws(() => entryOf('/home', name), /not a file name/);
  });

  test('any text gives a file name that lies in its folder', () => {
    const cases = {
      '../../x': '-..-x',
      'lr 1e-5 / warm': 'lr 1e-5 - warm',
      '..': '-',
      '': '-',
      con: '-con',
      'a\u001b[2J': 'a-[2J',
    };
    for (const [text, name] of Object.entries(cases)) assert.equal(fileNameOf(text), name);
    for (const text of [
      '\ud800',
      'x'.repeat(5000),
      'NUL.txt',
      '.',
      'a\n',
      '\u202e',
      '漢'.repeat(400),
      '😀'.repeat(99),
      'CONIN$',
    ])
      assert.equal(pathFault(`${fileNameOf(text)}.jsonl`), null, JSON.stringify(text));
  });
});
