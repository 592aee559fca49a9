/** The project's sources as the tests of this folder see them: parsed once, each with its imports. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { filesIn, importsOf, parse } from '../setup/source-files.ts';

/** A parsed file: its tree, its imports, and the files of the project that it imports. */
export interface Source extends ReturnType<typeof read> {}

/** Everything below src/. */
export const sources = filesIn(['src'], ['.ts', '.svelte']).map(read);
/** What tests, scripts and benches add. */
export const others = filesIn(['test', 'scripts', 'bench'], ['.ts', '.mjs', '.cjs']).map(read);

/** `shared`, a folder of src/main, or `renderer`; undefined outside src. */
export function folderOf(file: string): string | undefined {
  const [top, second, third] = file.split('/');
  if (top !== 'src') return undefined;
  return second === 'main' ? third : second;
}

/** Fails with the problems, one a line. */
export function none(problems: readonly string[]): void {
  assert.equal(problems.join('\n'), '');
}

/** Imports of these files whose specifier matches, as problems. */
export function importing(files: readonly Source[], matches: (specifier: string) => boolean): string[] {
  return files.flatMap(({ file, imports }) =>
    imports.filter(({ specifier }) => matches(specifier)).map(({ specifier }) => `${file} imports ${specifier}`),
  );
}

function read(file: string) {
  const tree = parse(file);
  const imports = importsOf(tree);
  const own = imports.filter(({ specifier }) => specifier.startsWith('.'));
  /** Root-relative paths that its relative imports name. */
  const targets = own.map(({ specifier, typeOnly }) => ({
    target: path.posix.join(path.posix.dirname(file), specifier),
    typeOnly,
  }));
  return { file, tree, imports, targets };
}
