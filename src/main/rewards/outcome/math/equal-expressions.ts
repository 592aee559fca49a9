/**
 * Whether two expressions have one value: exactly where both are written exactly, to a relative 1e-6 where a decimal stands on either side, at
 * several points where symbols stand. Units are converted where both sides give one.
 */

import { isUnit, unitRatio } from '../../../../shared/values/units.ts';
import { add, divide, type ExactNumber, integer, isZero, multiply, negate } from '../exact-number.ts';
import { complexValue, exactValue, type Point } from './evaluate.ts';
import { call, contains, type MathNode, type MathValue } from './math-value.ts';

/** Decimals are rounded values: equal to this, relative to the larger. */
const DECIMAL_TOLERANCE = 1e-6;
/** Two exact expressions calculated in doubles. */
const DOUBLE_TOLERANCE = 1e-10;
/** Values of the symbols by point; both signs, so that sqrt(x^2) is not x. */
const POINTS = [0.7310585786, -1.3247179572, 2.2360679775, -0.2915026221, 3.14626437, 0.1415926536];
const LEAST_POINTS = 3;

/** An expression with its unit. */
export type Expression = MathValue & { kind: 'expression' };

/** True when two values with their units and percent signs are one. */
export function equalExpressions(a: Expression, b: Expression): boolean {
  if (a.unit !== null && b.unit !== null && a.unit !== b.unit && isUnit(a.unit) && isUnit(b.unit)) {
    const ratio = unitRatio(a.unit, b.unit);
    if (ratio === null) return false;
    const [over, under] = ratio.map((each): MathNode => ({ op: 'number', text: String(each) }));
    return (
      over !== undefined &&
      under !== undefined &&
      equalNodes(call('divide', call('multiply', a.node, over), under), b.node)
    );
  }
  if (equalNodes(a.node, b.node)) return true;
  // "7 %" for 7 and "50 %" for 0.5: a percent sign that one side leaves out may have been meant either way.
  if (a.percent === b.percent) return false;
  const hundred: MathNode = { op: 'number', text: '100' };
  return a.percent
    ? equalNodes(call('divide', a.node, hundred), b.node)
    : equalNodes(a.node, call('divide', b.node, hundred));
}

/** Whether two expressions have one value (at every point where both have one). */
function equalNodes(a: MathNode, b: MathNode): boolean {
  if (JSON.stringify(a) === JSON.stringify(b)) return true;
  if (contains(a, 'infinity') || contains(b, 'infinity')) return infinite(a) !== 0 && infinite(a) === infinite(b);
  const symbols = new Set([...symbolsOf(a), ...symbolsOf(b)]);
  const rounded = hasDecimal(a) || hasDecimal(b);
  if (symbols.size === 0) {
    const [x, y] = [exactValue(a), exactValue(b)];
    if (x !== null && y !== null) return rounded ? nearExact(x, y) : isZero(add(x, negate(y)));
    return nearAt(a, b, () => 0, rounded ? DECIMAL_TOLERANCE : DOUBLE_TOLERANCE) === true;
  }
  const order = [...symbols].sort();
  let compared = 0;
  for (let at = 0; at < POINTS.length; at++) {
    const point = pointOf(order, at);
    const near = nearAt(a, b, point, rounded ? DECIMAL_TOLERANCE : DOUBLE_TOLERANCE);
    if (near === false) return false;
    if (near === true) compared++;
  }
  return compared >= LEAST_POINTS;
}

function nearAt(a: MathNode, b: MathNode, point: Point, tolerance: number): boolean | null {
  const [x, y] = [complexValue(a, point), complexValue(b, point)];
  if (x === null || y === null) return null;
  const scale = Math.max(x.abs(), y.abs());
  return scale < 1e-300 || x.sub(y).abs() <= tolerance * scale * (1 + 1e-9);
}

function nearExact(a: ExactNumber, b: ExactNumber): boolean {
  const difference = add(a, negate(b));
  if (isZero(difference)) return true;
  const larger = [a, b].map((each) => ratioNumber(difference, each)).filter((each) => each !== null);
  return larger.length > 0 && Math.min(...larger.map(Math.abs)) <= DECIMAL_TOLERANCE * (1 + 1e-9);
}

function ratioNumber(a: ExactNumber, b: ExactNumber): number | null {
  const ratio = isZero(b) ? null : divide(multiply(a, integer(10n ** 20n)), b);
  if (ratio === null) return null;
  return 'scaled' in ratio ? Number(ratio.scaled / 10n ** 80n) / 1e20 : Number(ratio.n / ratio.d) / 1e20;
}

/** 1 or -1 for plus or minus infinity alone, 0 for anything else. */
function infinite(node: MathNode): number {
  if (node.op !== 'call') return 0;
  if (node.name === 'infinity') return 1;
  const [inner] = node.args;
  return inner !== undefined && node.name === 'negate' ? -infinite(inner) : 0;
}

/** The names of an expression's symbols. */
export function symbolsOf(node: MathNode): string[] {
  if (node.op === 'symbol') return [node.name];
  if (node.op === 'number') return [];
  return [...(/^(?:sum|prod)/.test(node.name) ? [node.name] : []), ...node.args.flatMap(symbolsOf)];
}

function hasDecimal(node: MathNode): boolean {
  if (node.op === 'number') return /\.|e-/.test(node.text);
  return node.op === 'call' && node.args.some(hasDecimal);
}

/** The number that one expression is a multiple of the other by, at every point; null where there is none. */
export function factorBetween(a: MathNode, b: MathNode): number | null {
  const symbols = [...new Set([...symbolsOf(a), ...symbolsOf(b)])].sort();
  if (symbols.length === 0) return null;
  let factor: number | null = null;
  for (let at = 0; at < POINTS.length; at++) {
    const point = pointOf(symbols, at);
    const [x, y] = [complexValue(a, point), complexValue(b, point)];
    if (x === null || y === null || y.isZero()) continue;
    const ratio = x.div(y);
    if (Math.abs(ratio.im) > DOUBLE_TOLERANCE) return null;
    if (factor !== null && Math.abs(ratio.re - factor) > 1e-8 * Math.abs(factor)) return null;
    factor = ratio.re;
  }
  return factor;
}

/** The values of the symbols at one of the points. */
function pointOf(symbols: readonly string[], at: number): Point {
  return (symbol) => (POINTS[(at + 2 * symbols.indexOf(symbol)) % POINTS.length] ?? 1) + symbols.indexOf(symbol);
}
