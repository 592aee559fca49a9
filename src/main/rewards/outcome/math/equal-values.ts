/**
 * Whether two read answers are the same one, as Math-Verify 0.9 decides, made stricter where it lets false ones through (1:30 is not 11:30,
 * big integers are compared digit by digit) and wider where it is narrow (units are converted). Numbers written exactly are equal exactly;
 * where a decimal stands on either side, to a relative 1e-6. Symbols: equal at several points. Lists without brackets have no order,
 * tuples have one; intervals keep their brackets.
 */
import { equalExpressions } from './equal-expressions.ts';
import { equalRelations, unionOf, unlabelled } from './equal-relations.ts';
import type { MathValue } from './math-value.ts';

/** True when `given` is the value `truth`. */
export function equalValues(truth: MathValue, given: MathValue): boolean {
  const [a, b] = [simplified(truth), simplified(given)];
  if (a.kind === 'expression' && b.kind === 'expression') return equalExpressions(a, b);
  if (a.kind === 'relation' || b.kind === 'relation') return equalRelations(a, b, equalValues);
  if (a.kind === 'matrix' || b.kind === 'matrix')
    return a.kind === 'matrix' ? equalMatrices(a, b) : b.kind === 'matrix' && equalMatrices(b, a);
  if (a.kind === 'union' || b.kind === 'union') return a.kind === b.kind && sameMembers(partsOf(a), partsOf(b));
  return equalCollections(a, b);
}

/** A set or list of one is that one, inequalities joined by "or" the union of their intervals; "x = 5" within a list is 5 where names only label the values. */
function simplified(value: MathValue): MathValue {
  const union = unionOf(value);
  if (union !== null) return union;
  const [only] = value.kind === 'set' || value.kind === 'list' ? value.items : [];
  return only !== undefined && 'items' in value && value.items.length === 1 ? simplified(only) : value;
}

/** Lists and sets have no order, tuples and intervals have; a list stands for a tuple of the same length. */
function equalCollections(a: MathValue, b: MathValue): boolean {
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    const brackets = a.open === b.open && a.close === b.close;
    return brackets && inOrder(a.items, b.items);
  }
  if (a.kind === 'tuple') return inOrder(a.items, partsOf(b));
  if (b.kind === 'tuple') return inOrder(partsOf(a), b.items);
  return sameMembers(distinct(partsOf(a).map(unlabelled)), distinct(partsOf(b).map(unlabelled)));
}

function inOrder(a: readonly MathValue[], b: readonly MathValue[]): boolean {
  return a.length === b.length && a.every((item, i) => equalValues(unlabelled(item), unlabelled(b[i] ?? item)));
}

/** Whether every member of one has its own equal in the other. */
function sameMembers(a: readonly MathValue[], b: readonly MathValue[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((item) => {
    const at = left.findIndex((other) => equalValues(item, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function distinct(items: readonly MathValue[]): MathValue[] {
  const kept: MathValue[] = [];
  for (const item of items) if (!kept.some((other) => equalValues(other, item))) kept.push(item);
  return kept;
}

function partsOf(value: MathValue): readonly MathValue[] {
  if (value.kind === 'union') return value.parts;
  if (value.kind === 'list' || value.kind === 'set')
    return value.items.flatMap((item) => (item.kind === 'list' ? item.items : [item]));
  return [value];
}

function equalMatrices(a: MathValue & { kind: 'matrix' }, b: MathValue): boolean {
  const rows = b.kind === 'matrix' ? b.rows : rowsOf(b);
  if (a.rows.length !== rows?.length) return false;
  return a.rows.every((row, i) => inOrder(row, rows[i] ?? []));
}

/** [[1, 2], [3, 4]] as the rows of a matrix; null for anything else. */
function rowsOf(value: MathValue): readonly (readonly MathValue[])[] | null {
  if (value.kind !== 'tuple' || value.open !== '[') return null;
  const rows = value.items.flatMap((item) => (item.kind === 'tuple' && item.open === '[' ? [item.items] : []));
  return rows.length === value.items.length ? rows : null;
}
