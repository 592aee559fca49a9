/**
 * No name becomes a path unchecked. In the folders that meet rows, requests, archives and files of others, every part of a path but the first
 * is a text that stands in the source; names come in by `inside`, which refuses what leads elsewhere. What is joined otherwise is listed here
 * with the reason why it can name nothing else.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { filesIn, parse, walk } from '../setup/source-files.ts';

/** Joined names that come from no row, request or archive: `file's name: call`. */
const ALLOWED: Readonly<Record<string, string>> = {
  'doctor.ts: path.join(folder, command)': 'names of programs in the source',
  'doctor.ts: path.join(name, command)': 'folders of PATH',
  "doctor.ts: path.join(root, 'node_modules', name, 'package.json')": 'names of packages in the source',
  'model-inputs.ts: resolve(dirname(path), image)': "a file that the user gives names the user's own pictures",
  "recipe.ts: join(ROOT, '.cache', WORK[name])": 'names in the source',
  "recipe.ts: join(ROOT, 'models', model)": 'names in the source',
  'model-library.ts: join(dirname(target), `.${basename(target)}-`)': 'beside a checked name',
  'model-library.ts: join(folder, name)': 'listed',
  'model-library.ts: join(from, name)': 'listed',
  'model-library.ts: join(parent, name)': 'listed',
  'model-library.ts: join(staging, name)': 'listed',
  "engine-process.ts: join(root, 'node_modules', name, file)": 'names in the source',
  'archive-files.ts: join(from, name)': 'listed',
  'archive-files.ts: join(root, safe.path)': 'checked by safeImagePath, links followed',
  'home.ts: join(paths.runs, String(runId))': 'a number',
  'dataset-folder.ts: join(dirname(folder), `.${options.name}-images-`)': 'a checked name',
  'dataset-folder.ts: join(imageRoot, safe.path)': 'checked by safeImagePath, links followed',
  'image-path.ts: join(imageRoot, clean)': 'this is the check of pictures',
  'import-dataset.ts: resolve(imageRoot, path)': 'checked by safeImagePath, links followed',
  'collect.ts: join(workFolder, `grpo-${seed}`)': 'a number',
  'collect.ts: join(workFolder, `responses-${seed}.done`)': 'a number',
  'collect.ts: join(workFolder, `responses-${seed}.jsonl`)': 'a number',
  'vl-rewardbench.ts: join(imageFolder, safe.path)': 'checked by safeImagePath, links followed',
};

/** Folders that are given whole paths and know no names: `inside` itself is there. */
const WHOLE_PATHS = /^src\/main\/(tensor|train|model\/(?!folder\/(find-model|model-library)))/;

/** Functions of node:path that make a path of parts, and of node:fs that take one. */
const JOINING = new Set(['join', 'resolve']);

/** Calls of a file that make a path of something that does not stand in the source. */
function unchecked(file: string, tree: ts.SourceFile): string[] {
  const found: string[] = [];
  const fromPath = namesFrom(tree, /^(node:)?path$/);
  const fromFiles = namesFrom(tree, /^(node:)?fs(\/promises)?$/);
  walk(tree, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    const isPath =
      (ts.isIdentifier(callee) && JOINING.has(fromPath.get(callee.text) ?? '')) ||
      (ts.isPropertyAccessExpression(callee) &&
        JOINING.has(callee.name.text) &&
        ['*', 'default', 'posix', 'win32'].includes(fromPath.get(callee.expression.getText().split('.')[0]!) ?? ''));
    const isListed = /^\w+\((\w+)\.parentPath, \1\.name\)$/.test(node.getText()); // an entry of a folder that was read
    if (
      isPath &&
      !isListed &&
      !node.arguments.every((part, i) => (i === 0 ? !ts.isSpreadElement(part) : isWritten(part)))
    )
      found.push(`${file}: ${oneLine(node)}`);
    if (ts.isIdentifier(callee) && fromFiles.has(callee.text))
      for (const part of node.arguments)
        if (ts.isTemplateExpression(part) && part.getText().includes('/')) found.push(`${file}: ${oneLine(node)}`);
  });
  return found;
}

/** Local name -> imported name, of what a file imports from a module. */
function namesFrom(tree: ts.SourceFile, module: RegExp): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !module.test((statement.moduleSpecifier as ts.StringLiteral).text))
      continue;
    const clause = statement.importClause;
    if (clause?.name) names.set(clause.name.text, 'default');
    const bindings = clause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) names.set(bindings.name.text, '*');
    if (bindings && ts.isNamedImports(bindings))
      for (const element of bindings.elements)
        names.set(element.name.text, (element.propertyName ?? element.name).text);
  }
  return names;
}

/** A text in the source, or a constant that is written in capitals. */
function isWritten(part: ts.Expression): boolean {
  return ts.isStringLiteralLike(part) || (ts.isIdentifier(part) && /^[A-Z][A-Z0-9_]*$/.test(part.text));
}

const oneLine = (node: ts.Node): string => node.getText().replace(/\s+/g, ' ');

describe('names and paths', () => {
  test('a path is made of a name by `inside` and nowhere else', () => {
    const found = filesIn(['src/main'], ['.ts'])
      .filter((file) => !WHOLE_PATHS.test(file))
      .flatMap((file) => unchecked(posix.basename(file), parse(file)));
    assert.deepEqual(found.filter((call) => !(call in ALLOWED)).sort(), []);
    assert.deepEqual(
      Object.keys(ALLOWED).filter((call) => !found.includes(call)),
      [],
      'no longer there: take it off the list',
    );
  });

  const found = (source: string) =>
    unchecked('a.ts', ts.createSourceFile('a.ts', source, ts.ScriptTarget.Latest, true)).map((call) => call.slice(6));

  test('a name that is joined otherwise is found, however node:path was imported', () => {
    assert.deepEqual(found("import { join } from 'node:path'; join(home, run.name);"), ['join(home, run.name)']);
    assert.deepEqual(found("import { join as j } from 'path'; j(home, 'runs', name + '.db');").length, 1);
    assert.deepEqual(
      found("import path from 'node:path'; path.resolve(home, name); path.posix.join(home, name);").length,
      2,
    );
    assert.deepEqual(found("import * as p from 'node:path'; p.join(...parts);").length, 1);
    const template = ['$', '{home}/x'].join('');
    assert.deepEqual(found(`import { readFileSync } from 'node:fs'; readFileSync(\`${template}\`);`).length, 1);
    assert.deepEqual(found("import { join } from 'node:path'; join(home, 'runs', MANIFEST); [].join(name);"), []);
  });
});
