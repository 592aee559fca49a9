/** Holds the shape of the sources: which folder may import which, how long and how named files are, what must be documented. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { filesIn, importsOf, parse, textOf, undocumentedExports, walk } from '../setup/source-files.ts';

/** A folder imports only from itself and folders before it. */
const ORDER =
  'shared tensor model tasks rollouts rewards trust loss train trm store jobs services api engine shell cli'.split(' ');
/** Longer reads as several things in one file. A Svelte file holds markup and style too, one attribute to a line. */
const MAX_LINES = { code: 250, svelte: 320 };
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

/** Built-in functions that the language has and Chrome 114, Safari 16.4 or Firefox 115 do not. */
const TOO_NEW =
  'Map.groupBy Object.groupBy Array.fromAsync Promise.withResolvers Promise.try URL.parse Iterator.from Math.sumPrecise'.split(
    ' ',
  );

const sources = filesIn(['src'], ['.ts', '.svelte']).map((file) => {
  const tree = parse(file);
  return { file, tree, imports: importsOf(tree) };
});
const code = filesIn(['src', 'bench', 'scripts', 'test'], CODE);

/** `shared`, a folder of src/main, or `renderer`; undefined outside src. */
function folderOf(file: string): string | undefined {
  const [top, second, third] = file.split('/');
  if (top !== 'src') return undefined;
  return second === 'main' ? third : second;
}

/** Root-relative path that a relative import names. */
function resolve(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier);
}

function none(problems: string[]): void {
  assert.equal(problems.join('\n'), '');
}

test('folders of src/main import only from folders before them', () => {
  const problems: string[] = [];
  for (const { file, imports } of sources) {
    const rank = ORDER.indexOf(folderOf(file) ?? '');
    if (folderOf(file) === 'renderer') continue;
    if (rank < 0) problems.push(`${file}: this folder has no place in the order`);
    for (const { specifier } of imports.filter(({ specifier }) => specifier.startsWith('.'))) {
      const target = resolve(file, specifier);
      const targetRank = ORDER.indexOf(folderOf(target) ?? '');
      // Only the command line looks at how the clone was set up.
      if (target.startsWith('scripts/setup/') && folderOf(file) === 'cli') continue;
      if (target === 'package.json') continue;
      if (targetRank < 0 || targetRank > rank) problems.push(`${file} imports ${specifier}`);
    }
  }
  none(problems);
});

test('the renderer imports only itself, shared/ and the types of api/', () => {
  const problems: string[] = [];
  for (const { file, imports } of sources.filter(({ file }) => folderOf(file) === 'renderer')) {
    for (const { specifier, typeOnly } of imports.filter(({ specifier }) => specifier.startsWith('.'))) {
      const folder = folderOf(resolve(file, specifier)) ?? '';
      const allowed = ['renderer', 'shared'].includes(folder) || (folder === 'api' && typeOnly);
      if (!allowed) problems.push(`${file} imports ${specifier}${typeOnly ? ' (type)' : ''}`);
    }
  }
  none(problems);
});

test('shared/ and the renderer use nothing of Node', () => {
  const pure = sources.filter(
    ({ file }) => ['shared', 'renderer'].includes(folderOf(file) ?? '') && !isBuildConfig(file),
  );
  none(importing(pure, (specifier) => specifier.startsWith('node:') || isBuiltin(specifier)));
});

test('shared/, trust/ and store/ know no tensors', () => {
  const plain = sources.filter(({ file }) => ['shared', 'trust', 'store'].includes(folderOf(file) ?? ''));
  none(importing(plain, (specifier) => specifier.startsWith('@tensorflow/') || /\/tensor\//.test(specifier)));
});

test('shared/ and the renderer use nothing that browsers of early 2023 lack', () => {
  const problems: string[] = [];
  for (const { file, tree } of sources.filter(({ file }) => ['shared', 'renderer'].includes(folderOf(file) ?? ''))) {
    walk(tree, (node) => {
      if (ts.isPropertyAccessExpression(node) && TOO_NEW.includes(node.getText()))
        problems.push(`${file}: ${node.getText()}`);
    });
  }
  none(problems);
});

test('electron is imported in shell/ only', () => {
  const others = sources.filter(({ file }) => folderOf(file) !== 'shell');
  none(importing(others, (specifier) => specifier === 'electron' || specifier.startsWith('electron/')));
});

test('random numbers in the engine come from shared/random.ts, never from Math.random', () => {
  const problems: string[] = [];
  for (const { file, tree } of sources.filter(({ file }) => folderOf(file) !== 'renderer')) {
    walk(tree, (node) => {
      if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') problems.push(file);
    });
  }
  none(problems);
});

test(`no code file is longer than ${MAX_LINES.code} lines, no Svelte file than ${MAX_LINES.svelte}`, () => {
  const lengths = code.map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }));
  const limit = (file: string) => (file.endsWith('.svelte') ? MAX_LINES.svelte : MAX_LINES.code);
  none(lengths.filter(({ file, lines }) => lines > limit(file)).map(({ file, lines }) => `${file}: ${lines} lines`));
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

function importing(files: typeof sources, matches: (specifier: string) => boolean): string[] {
  return files.flatMap(({ file, imports }) =>
    imports.filter(({ specifier }) => matches(specifier)).map(({ specifier }) => `${file} imports ${specifier}`),
  );
}

function isBuiltin(specifier: string): boolean {
  return ['fs', 'path', 'os', 'crypto', 'child_process', 'worker_threads', 'util', 'url', 'module'].includes(specifier);
}

/** Vite reads its settings in Node. */
function isBuildConfig(file: string): boolean {
  return path.posix.basename(file).startsWith('vite.config.') || path.posix.basename(file).startsWith('svelte.config.');
}
