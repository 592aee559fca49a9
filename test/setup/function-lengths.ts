/** How long the functions of the sources are: `node test/setup/function-lengths.ts [n]` prints the longest. */
import ts from 'typescript';
import { filesIn, parse, walk } from './source-files.ts';

/** A function; `own`: its lines without those of functions within it that are longer than one. */
export interface FunctionLength {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly lines: number;
  readonly own: number;
}

/** Every function of src, the longest first. */
export function functionLengths(): FunctionLength[] {
  const found = filesIn(['src'], ['.ts', '.svelte']).flatMap((file) => {
    const tree = parse(file);
    const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line + 1;
    const functions: FunctionLength[] = [];
    walk(tree, (node) => {
      if (!isFunction(node)) return;
      const [line, end] = [lineOf(node.getStart()), lineOf(node.end)];
      const within = outermostWithin(node).map((inner) => lineOf(inner.end) - lineOf(inner.getStart()));
      const lines = end - line + 1;
      functions.push({ file, line, name: nameOf(node), lines, own: lines - within.reduce((sum, n) => sum + n, 0) });
    });
    return functions;
  });
  return found.sort((a, b) => b.own - a.own);
}

/** A function that has a body of its own. */
function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function outermostWithin(node: ts.FunctionLikeDeclaration): ts.Node[] {
  const found: ts.Node[] = [];
  const look = (inner: ts.Node): void => {
    if (isFunction(inner)) found.push(inner);
    else ts.forEachChild(inner, look);
  };
  ts.forEachChild(node, look);
  return found;
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  const { parent } = node;
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : '(no name)';
}

if (import.meta.main)
  for (const { file, line, name, lines, own } of functionLengths().slice(0, Number(process.argv[2] ?? 10)))
    console.log(`${own} of ${lines}\t${name}\t${file}:${line}`);
