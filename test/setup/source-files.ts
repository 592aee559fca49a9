/** Reads the project's own source files for tests about the sources: their imports and exports, by the TypeScript parser. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.resolve(import.meta.dirname, '../..');

/** One import of a file: what is named, whether only types come over. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** All files below the given folders with one of the endings; paths relative to the root, with `/`. */
export function filesIn(folders: readonly string[], endings: readonly string[]): string[] {
  return folders
    .filter((folder) => statSync(path.join(root, folder), { throwIfNoEntry: false })?.isDirectory())
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')),
    )
    .filter((file) => !/(^|\/)(\.work|node_modules)\//.test(file))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The file as a syntax tree; of a Svelte component its scripts, and what its markup imports when it is asked for. */
export function parse(file: string): ts.SourceFile {
  const text = textOf(file);
  return ts.createSourceFile(file, file.endsWith('.svelte') ? scriptsOf(text) : text, ts.ScriptTarget.Latest, true);
}

function scriptsOf(component: string): string {
  const script = /<script[^>]*>([\s\S]*?)<\/script>/g;
  const scripts = [...component.matchAll(script)].map((match) => match[1]);
  const late = component.replaceAll(script, '').matchAll(/\bimport\(\s*'[^']+'\s*\)/g);
  return [...scripts, ...[...late].map(([text]) => `${text};`)].join('\n');
}

/** Static and dynamic imports, re-exports and `import('...')` types. */
export function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  walk(source, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
      found.push({ specifier, typeOnly: ts.isImportDeclaration(node) ? isTypeImport(node) : node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) found.push({ specifier: argument.text, typeOnly: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push({ specifier: (node.argument.literal as ts.StringLiteral).text, typeOnly: true });
    }
  });
  return found;
}

/** Names of exported declarations that have no JSDoc comment. */
export function undocumentedExports(source: ts.SourceFile): string[] {
  return source.statements
    .filter((node) => ts.canHaveModifiers(node) && hasExport(node) && ts.getJSDocCommentsAndTags(node).length === 0)
    .filter((node, i, all) => !isOverload(node, all[i - 1]) && !isDerivedType(node))
    .map((node) => nameOf(node));
}

/** Calls `visit` for every node of the tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((element) => element.isTypeOnly)
  );
}

function hasExport(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** A type and a value of one name (a schema and its inferred type) share the comment of the first. */
function isOverload(node: ts.Statement, before: ts.Statement | undefined): boolean {
  return before !== undefined && nameOf(node) === nameOf(before);
}

/** A type read off a value (`(typeof SPLITS)[number]`): the value's own comment says it all. */
function isDerivedType(node: ts.Statement): boolean {
  return (
    ts.isTypeAliasDeclaration(node) &&
    (ts.isIndexedAccessTypeNode(node.type) || /\btypeof [A-Za-z]/.test(node.type.getText()))
  );
}

function nameOf(node: ts.Statement): string {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  return (node as ts.DeclarationStatement).name?.getText() ?? 'default';
}
