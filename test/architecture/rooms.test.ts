/** Holds the plan of the house: which room may import which, and that nothing goes in a circle. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { findCycles } from './cycles.ts';
import { folderOf, importing, none, others, type Source, sources } from './sources.ts';

/** A folder imports only from itself and folders before it. */
const ORDER =
  'shared tensor model tasks rollouts rewards trust loss train trm store validation jobs trainers services api engine shell cli'.split(
    ' ',
  );

test('the order names the folders of src/main and shared/, each once', () => {
  const folders = new Set(sources.map(({ file }) => folderOf(file)).filter((folder) => folder !== 'renderer'));
  assert.deepEqual([...folders].sort(), [...ORDER].sort());
});

test('folders of src/main import only from folders before them', () => {
  const problems: string[] = [];
  for (const { file, targets } of sources) {
    const folder = folderOf(file);
    if (folder === 'renderer') continue;
    for (const { target } of targets) {
      // Only the command line looks at how the clone was set up; a trainer's own environment is set up by the same means.
      if (target === 'package.json') continue;
      if (['cli', 'trainers'].includes(folder ?? '') && target.startsWith('scripts/setup/')) continue;
      const rank = ORDER.indexOf(folderOf(target) ?? '');
      if (rank < 0 || rank > ORDER.indexOf(folder ?? '')) problems.push(`${file} imports ${target}`);
    }
  }
  none(problems);
});

test('the renderer imports only itself, shared/ and the types of api/', () => {
  const problems: string[] = [];
  for (const { file, targets } of sources.filter(({ file }) => folderOf(file) === 'renderer')) {
    for (const { target, typeOnly } of targets) {
      const folder = folderOf(target) ?? '';
      const allowed = ['renderer', 'shared'].includes(folder) || (folder === 'api' && typeOnly);
      if (!allowed) problems.push(`${file} imports ${target}${typeOnly ? ' (type)' : ''}`);
    }
  }
  none(problems);
});

test('no files import one another in a circle, types included', () => {
  const all = [...sources, ...others];
  const known = new Set(all.map(({ file }) => file));
  const graph = all.map(({ file, targets }): [string, string[]] => [
    file,
    // A component that draws a tree holds itself.
    targets.map(({ target }) => target).filter((target) => known.has(target) && target !== file),
  ]);
  none(findCycles(new Map(graph)).map((files) => files.join(' -> ')));
});

test('a page imports nothing of another page', () => {
  const problems: string[] = [];
  for (const { file, targets } of sources) {
    const page = pageOf(file);
    if (page === undefined) continue;
    for (const { target } of targets) {
      const other = pageOf(target);
      if (other !== undefined && other !== page) problems.push(`${file} imports ${target}`);
    }
  }
  none(problems);
});

test('what one page alone uses lies beside that page, not in ui/ or state/', () => {
  const users = new Map<string, string[]>();
  for (const { file, targets } of sources)
    for (const { target } of targets) users.set(target, [...(users.get(target) ?? []), pageOf(file) ?? 'all']);
  const problems = sources
    .map(({ file }) => ({ file, pages: new Set(users.get(file)) }))
    .filter(({ file, pages }) => /^src\/renderer\/(ui|state)\//.test(file) && pages.size === 1 && !pages.has('all'))
    .map(({ file, pages }) => `${file} is used by ${[...pages]} alone`);
  none(problems);
});

test('curves of runs are loaded and kept live in one place of the page', () => {
  const askers = sources.filter(
    ({ file, tree }) => folderOf(file) === 'renderer' && /\bruns\.series\b/.test(tree.text),
  );
  assert.deepEqual(
    askers.map(({ file }) => file),
    ['src/renderer/state/curves/curves.svelte.ts'],
  );
});

test('shared/ and the renderer use nothing of Node', () => {
  const builtins = ['fs', 'path', 'os', 'crypto', 'child_process', 'worker_threads', 'util', 'url', 'module'];
  // Vite reads its settings in Node.
  const pure = of('shared', 'renderer').filter(
    ({ file }) => !/^(vite|svelte)\.config\./.test(path.posix.basename(file)),
  );
  none(importing(pure, (specifier) => specifier.startsWith('node:') || builtins.includes(specifier)));
});

test('shared/, trust/ and store/ know no tensors', () => {
  const plain = of('shared', 'trust', 'store');
  none(importing(plain, (specifier) => specifier.startsWith('@tensorflow/') || /\/tensor\//.test(specifier)));
});

test('services/ knows no HTTP and no tRPC', () => {
  none(importing(of('services'), (specifier) => specifier === 'node:http' || specifier.startsWith('@trpc/')));
});

test('one family of models is known to model/families only, and the network knows none', () => {
  const family = /\/families\/[^/]+\//;
  const outside = sources.filter(({ file }) => !file.startsWith('src/main/model/families/'));
  const network = sources.filter(({ file }) => file.startsWith('src/main/model/network/'));
  none([
    ...importing(outside, (name) => family.test(name)),
    ...importing(network, (name) => name.includes('families')),
  ]);
});

test('electron is imported in shell/ only', () => {
  const outside = sources.filter(({ file }) => folderOf(file) !== 'shell');
  none(importing(outside, (specifier) => specifier === 'electron' || specifier.startsWith('electron/')));
});

function of(...folders: string[]): Source[] {
  return sources.filter(({ file }) => folders.includes(folderOf(file) ?? ''));
}

/** The folder of pages/ that a file lies in; undefined outside. */
function pageOf(file: string): string | undefined {
  return /^src\/renderer\/pages\/([^/]+)\//.exec(file)?.[1];
}
