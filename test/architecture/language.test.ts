/** Holds what the sources may use of the language. */
import { test } from 'node:test';
import ts from 'typescript';
import { walk } from '../setup/source-files.ts';
import { folderOf, none, sources } from './sources.ts';

/** Built-in functions that the language has and Chrome 114, Safari 16.4 or Firefox 115 do not. */
const TOO_NEW =
  'Map.groupBy Object.groupBy Array.fromAsync Promise.withResolvers Promise.try URL.parse Iterator.from Math.sumPrecise'.split(
    ' ',
  );

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

test('random numbers in the engine come from shared/random.ts, never from Math.random', () => {
  const problems: string[] = [];
  for (const { file, tree } of sources.filter(({ file }) => folderOf(file) !== 'renderer')) {
    walk(tree, (node) => {
      if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') problems.push(file);
    });
  }
  none(problems);
});

test('a tensor gets its rank from a type that fits or from a check (tensor/rank.ts), never from a cast', () => {
  const problems: string[] = [];
  for (const { file, tree } of sources) {
    walk(tree, (node) => {
      if (ts.isAsExpression(node) && /\btf\.(Tensor|Scalar)/.test(node.type.getText()))
        problems.push(`${file}: ${node.getText()}`);
    });
  }
  none(problems);
});
