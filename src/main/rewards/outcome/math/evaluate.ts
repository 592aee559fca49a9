/**
 * The value of an expression at a point: exactly (fractions, roots, pi and logarithms to 80 digits; exact-number.ts) where that can be had,
 * else in complex doubles, which know every function. Null: no value there (a division by zero, a size beyond reason).
 */
import { Complex } from 'complex.js';
import {
  add,
  divide,
  type ExactNumber,
  factorial,
  integer,
  isManageable,
  literal,
  logarithm,
  multiply,
  negate,
  PI_NUMBER,
  power,
} from '../exact-number.ts';
import type { MathNode } from './math-value.ts';

/** The exact value of an expression without symbols, decimals read as the fractions they are; null where it has none here. */
export function exactValue(node: MathNode): ExactNumber | null {
  if (node.op === 'symbol') return null;
  if (node.op === 'number') return withoutDouble(literal(node.text));
  const args: ExactNumber[] = [];
  for (const arg of node.args) {
    const value = exactValue(arg);
    if (value === null) return null;
    args.push(value);
  }
  if (node.name === 'pi') return PI_NUMBER;
  const result = EXACT[node.name]?.(args[0] ?? integer(0n), args[1] ?? integer(0n)) ?? null;
  return result !== null && isManageable(result) ? result : null;
}

type ExactRule = (a: ExactNumber, b: ExactNumber) => ExactNumber | null;

const HALF = divide(integer(1n), integer(2n));
const EXACT: Readonly<Record<string, ExactRule>> = {
  add,
  subtract: (a, b) => add(a, negate(b)),
  multiply,
  divide,
  negate,
  identity: (a) => a,
  power,
  sqrt: (a) => (HALF === null ? null : power(a, HALF)),
  root: (a, degree) => {
    const exponent = divide(integer(1n), degree);
    return exponent === null ? null : power(a, exponent);
  },
  factorial,
  ln: logarithm,
  binomial: (n, k) => {
    const [over, under, rest] = [factorial(n), factorial(k), factorial(add(n, negate(k)))];
    return over === null || under === null || rest === null ? null : divide(over, multiply(under, rest));
  },
  logBase: (a, base) => {
    const [over, under] = [logarithm(a), logarithm(base)];
    return over === null || under === null ? null : divide(over, under);
  },
};

function withoutDouble(value: ExactNumber | null): ExactNumber | null {
  return value !== null && 'double' in value ? { ...value, double: null } : value;
}

/** The value of a symbol at a point. */
export type Point = (symbol: string) => number;

/** The value at a point in complex doubles; not finite values are null. The letter i is the imaginary unit. */
export function complexValue(node: MathNode, point: Point): Complex | null {
  const value = compute(node, point);
  return value !== null && Number.isFinite(value.re) && Number.isFinite(value.im) ? value : null;
}

function compute(node: MathNode, point: Point): Complex | null {
  if (node.op === 'number') return new Complex(Number(node.text), 0);
  if (node.op === 'symbol') return node.name === 'i' ? new Complex(0, 1) : new Complex(point(node.name), 0);
  const args: Complex[] = [];
  for (const arg of node.args) {
    const value = compute(arg, point);
    if (value === null) return null;
    args.push(value);
  }
  if (/^(?:sum|prod)/.test(node.name)) {
    const [body] = args;
    return body === undefined ? null : new Complex(point(node.name) * body.re + body.im, 0);
  }
  if (node.name === 'root' && node.args.every(isConstant)) return oddRoot(args) ?? principalRoot(args);
  const [a = new Complex(0, 0), b = new Complex(0, 0)] = args;
  return COMPLEX[node.name]?.(a, b, args) ?? null;
}

const FIRST_PRODUCT = 170;

const COMPLEX: Readonly<Record<string, (a: Complex, b: Complex, all: readonly Complex[]) => Complex | null>> = {
  add: (a, b) => a.add(b),
  subtract: (a, b) => a.sub(b),
  multiply: (a, b) => a.mul(b),
  divide: (a, b) => (b.isZero() ? null : a.div(b)),
  negate: (a) => a.neg(),
  identity: (a) => a,
  power: (a, b) => (a.isZero() && b.re <= 0 ? null : a.pow(b)),
  sqrt: (a) => a.sqrt(),
  root: (a, degree) => principalRoot([a, degree]),
  factorial: (a) => factorialOf(a),
  binomial: (n, k) => ratioOf(factorialOf(n), factorialOf(k), factorialOf(n.sub(k))),
  pi: () => new Complex(Math.PI, 0),
  e: () => new Complex(Math.E, 0),
  ln: (a) => (a.isZero() ? null : a.log()),
  log: (a) => (a.isZero() ? null : a.log().div(Math.LN10)),
  lg: (a) => (a.isZero() ? null : a.log().div(Math.LN10)),
  logBase: (a, base) => (a.isZero() || base.isZero() || base.equals(1) ? null : a.log().div(base.log())),
  exp: (a) => a.exp(),
  abs: (a) => new Complex(a.abs(), 0),
  floor: (a) => a.floor(0),
  ceil: (a) => a.ceil(0),
  sin: (a) => a.sin(),
  cos: (a) => a.cos(),
  tan: (a) => a.tan(),
  cot: (a) => a.cot(),
  sec: (a) => a.sec(),
  csc: (a) => a.csc(),
  arcsin: (a) => a.asin(),
  arccos: (a) => a.acos(),
  arctan: (a) => a.atan(),
  sinh: (a) => a.sinh(),
  cosh: (a) => a.cosh(),
  tanh: (a) => a.tanh(),
  max: (_a, _b, all) => new Complex(Math.max(...all.map((each) => each.re)), 0),
  min: (_a, _b, all) => new Complex(Math.min(...all.map((each) => each.re)), 0),
};

function isConstant(node: MathNode): boolean {
  return node.op === 'number' || (node.op === 'call' && node.args.every(isConstant));
}

/** The cube root of -8 that people mean is -2; under a symbol the principal root, so that it is x^(1/3). */
function oddRoot([a, degree]: readonly Complex[]): Complex | null {
  if (a === undefined || degree === undefined) return null;
  if (a.im !== 0 || a.re >= 0 || degree.im !== 0 || degree.re % 2 !== 1) return null;
  return new Complex(-((-a.re) ** (1 / degree.re)), 0);
}

function principalRoot([a, degree]: readonly Complex[]): Complex | null {
  return a === undefined || degree === undefined || degree.isZero() ? null : a.pow(degree.inverse());
}

function factorialOf(a: Complex): Complex | null {
  if (a.im !== 0 || !Number.isInteger(a.re) || a.re < 0 || a.re > FIRST_PRODUCT) return null;
  let product = 1;
  for (let i = 2; i <= a.re; i++) product *= i;
  return new Complex(product, 0);
}

function ratioOf(over: Complex | null, ...under: (Complex | null)[]): Complex | null {
  let result = over;
  for (const each of under) result = result === null || each === null ? null : result.div(each);
  return result;
}
