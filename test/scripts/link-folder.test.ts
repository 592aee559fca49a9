import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { linkFolder } from '../../scripts/setup/link.mjs';

test('the clone shares the files of the cache, and only those', (t) => {
  const work = mkdtempSync(path.join(os.tmpdir(), 'sophia-link-'));
  t.after(() => rmSync(work, { recursive: true, force: true }));
  const source = path.join(work, 'cache');
  const target = path.join(work, 'clone/deps/lib');
  for (const folder of [source, target]) mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(source, 'a.so'), 'new');
  writeFileSync(path.join(target, 'a.so'), 'old');
  writeFileSync(path.join(target, 'left-over.so'), '');
  linkFolder(source, target);
  linkFolder(source, target);
  assert.deepEqual(readdirSync(target), ['a.so']);
  assert.equal(readFileSync(path.join(target, 'a.so'), 'utf8'), 'new');
  assert.equal(statSync(path.join(target, 'a.so')).ino, statSync(path.join(source, 'a.so')).ino);
});
