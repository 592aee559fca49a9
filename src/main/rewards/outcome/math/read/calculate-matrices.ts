/** Sums and products of matrices entry by entry, as expressions; sizes that do not fit are no mathematics. Deliberately absent: their reading. */
import { call, expression, type MathNode, type MathValue } from '../math-value.ts';
import { NoMath } from './math-cursor.ts';

/** A matrix of answers. */
export type Matrix = MathValue & { kind: 'matrix' };

/** The sum or difference of two matrices. */
export function combined(sign: 'add' | 'subtract', a: Matrix, b: Matrix): Matrix {
  if (a.rows.length !== b.rows.length) throw new NoMath();
  return {
    kind: 'matrix',
    rows: a.rows.map((row, i) => {
      const other = b.rows[i] ?? [];
      if (row.length !== other.length) throw new NoMath();
      return row.map((entry, j) => expression(call(sign, nodeOf(entry), nodeOf(other[j]))));
    }),
  };
}

/** A matrix times a factor. */
export function scaled(factor: MathNode, { rows }: Matrix): Matrix {
  return {
    kind: 'matrix',
    rows: rows.map((row) => row.map((entry) => expression(call('multiply', factor, nodeOf(entry))))),
  };
}

/** The product of two matrices. */
export function multiplied(a: Matrix, b: Matrix): Matrix {
  const width = b.rows[0]?.length ?? 0;
  if (a.rows.some((row) => row.length !== b.rows.length)) throw new NoMath();
  const entry = (row: readonly MathValue[], column: number): MathNode =>
    row
      .map((left, k) => call('multiply', nodeOf(left), nodeOf(b.rows[k]?.[column])))
      .reduce((sum, term) => call('add', sum, term));
  return {
    kind: 'matrix',
    rows: a.rows.map((row) => Array.from({ length: width }, (_, column) => expression(entry(row, column)))),
  };
}

function nodeOf(value: MathValue | undefined): MathNode {
  if (value?.kind !== 'expression') throw new NoMath();
  return value.node;
}
