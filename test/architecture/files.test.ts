/** Holds the shape of files and folders: how long, how many, how named, what must be documented. */
import path from 'node:path';
import { test } from 'node:test';
import { functionLengths } from '../setup/function-lengths.ts';
import { filesIn, textOf, undocumentedExports } from '../setup/source-files.ts';
import { none, sources } from './sources.ts';

/** Longer reads as several things in one file. A Svelte file holds markup and style too, one attribute to a line. */
const MAX_LINES = { code: 250, svelte: 320 };
/** A longer function is several steps under one name. A table or a list of statements may well be this long. */
const MOST_OWN_LINES = 80;
/** More files than this in one folder are hard to take in at a glance. */
const MOST_FILES = 12;
const CODE = ['.ts', '.svelte', '.mjs', '.cjs', '.css'];
const DOCUMENTED = [
  'src/shared',
  'src/main/services',
  'src/main/api',
  'src/main/store',
  'src/main/trust',
  'src/main/loss',
  'src/main/model',
];

const code = filesIn(['src', 'bench', 'scripts', 'test'], CODE);

test(`no folder holds more than ${MOST_FILES} files`, () => {
  const counts = new Map<string, number>();
  for (const file of filesIn(['src', 'bench', 'scripts', 'test'], [...CODE, '.py', '.sh', '.cc']))
    counts.set(path.posix.dirname(file), (counts.get(path.posix.dirname(file)) ?? 0) + 1);
  const full = [...counts].filter(([, files]) => files > MOST_FILES);
  none(full.map(([folder, files]) => `${folder}: ${files} files`));
});

test(`no code file is longer than ${MAX_LINES.code} lines, no Svelte file than ${MAX_LINES.svelte}`, () => {
  const lengths = code.map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }));
  const limit = (file: string) => (file.endsWith('.svelte') ? MAX_LINES.svelte : MAX_LINES.code);
  none(lengths.filter(({ file, lines }) => lines > limit(file)).map(({ file, lines }) => `${file}: ${lines} lines`));
});

test(`no function has more than ${MOST_OWN_LINES} lines, those of functions within it apart`, () => {
  const long = functionLengths().filter(({ own }) => own > MOST_OWN_LINES);
  none(long.map(({ file, line, name, own }) => `${file}:${line} ${name}: ${own} lines`));
});

test('files and folders are named in kebab-case, Svelte components as Svelte names them', () => {
  const name = /^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*|[A-Z][A-Za-z0-9]*\.svelte)$/;
  none(code.filter((file) => !file.split('/').every((part) => name.test(part))));
});

test('every export of the folders others build on has a JSDoc comment', () => {
  const documented = sources.filter(({ file }) => DOCUMENTED.some((folder) => file.startsWith(`${folder}/`)));
  none(documented.flatMap(({ file, tree }) => undocumentedExports(tree).map((name) => `${file}: ${name}`)));
});

test('every file of src opens with a comment that says what it does', () => {
  const opening = /^\s*(<!--|\/\*\*|\/\/|(<script[^>]*>\s*)(\/\*\*|\/\/))/;
  none(sources.map(({ file }) => file).filter((file) => !file.endsWith('.d.ts') && !opening.test(textOf(file))));
});
