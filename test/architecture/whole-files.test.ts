/**
 * What may have been put in its place by others is read by readWhole, readLines or what bounds it otherwise (model/io/local-path.ts): a pipe is waited for
 * without end, and a file may be as long as others like. Who reads a whole file by itself is listed here with the reason.
 */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { none, sources } from './sources.ts';

/** Readers of whole files beside those: `file's name`: why nothing else can lie there. */
const ALLOWED: Readonly<Record<string, string>> = {
  'local-path.ts': 'holds readWhole',
  'decode-image.ts': 'a picture, bounded there',
  'examples.ts': "the program's own files",
  'migrate.ts': "the program's own files",
  'code-version.ts': "the program's own files",
  'program-version.ts': "the program's own files",
  'pinned-packages.ts': "the program's own files",
  'network-file-system.ts': "the system's list of mounts",
  'exported-run.ts': 'a file just written',
  'collect.ts': 'a file that the same verb has just written',
  'ray-package.ts': 'a package just made',
  'small-job.ts': 'a package just made',
  'job-storage.ts': 'a package just made',
  'place-pictures.ts': 'pictures of a run, just written',
  'write-package.ts': 'the configuration of a model that was read before',
  'rules.ts': 'pictures that the run has written',
};
const FOLDERS = /^src\/main\/(?!cli\/|shell\/)/;

test('no other file of the program reads a whole file by itself', () => {
  const readers = sources
    .filter(({ file, tree }) => FOLDERS.test(file) && /\breadFile(?:Sync)?\(/.test(tree.getFullText()))
    .map(({ file }) => file);
  none(readers.filter((file) => ALLOWED[basename(file)] === undefined));
  const names = new Set(readers.map((file) => basename(file)));
  assert.deepEqual(
    Object.keys(ALLOWED).filter((name) => !names.has(name)),
    [],
    'listed, and reads nothing so',
  );
});
