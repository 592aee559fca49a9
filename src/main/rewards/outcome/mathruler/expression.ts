/**
 * Whether two expressions in at most two letters are equal, in place of sympy.simplify(a - b) == 0: both are calculated exactly at
 * several points. Python's grammar as sympy reads it: `^` and `**` are powers, 2x and (x)(y) are products, ab is a*b, 1/2x is x/2.
 * Deliberately absent: functions other than sqrt and ln, relations, complex values; such expressions are never equal here.
 */

import { entryAt, present } from '../../../../shared/values/list.ts';
import {
  add,
  divide,
  type ExactNumber,
  factorial,
  integer,
  isManageable,
  isZero,
  literal,
  logarithm,
  multiply,
  negate,
  PI_NUMBER,
  power,
} from '../exact-number.ts';

type Environment = (symbol: string) => ExactNumber;
type Evaluate = (environment: Environment) => ExactNumber | null;

/** The grader refuses these (sympy might hang on them): braces or parentheses as exponents, towers, exponents of two digits. */
const REFUSED = /\^[{(]|\^[0-9]+\^|\^[0-9][0-9]+/;
const MAX_LETTERS = 2;
const TOKEN = /\s*(?:(\d[\d_]*\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(\*\*|[-+*/^()!]))/uy;
/** Python does not read 05 as a number (05.0 it does). */
const LEADING_ZERO = /^0[\d_]*[1-9][\d_]*$/;
/** Names that are one symbol, not a product of letters. */
const WHOLE_NAMES = /^(?:mu|nu|xi|eta|tau|chi|psi|phi|rho)$/;
/** Python keywords and sympy or built-in functions that two letters can spell; expressions with them do not evaluate. */
const RESERVED = new Set(['if', 'in', 'is', 'or', 'as', 'id', 're', 'im', 'li', 'ff', 'rf', 'oo', 'zoo']);
/** Values for the symbols, by point; signs differ between points so that sqrt(x^2) is not x. */
const POINTS: readonly (readonly [bigint, bigint])[] = [
  [17n, 5n],
  [-7n, 3n],
  [13n, 11n],
  [-29n, 19n],
  [31n, 37n],
];

/** True when both texts read as expressions and their difference is zero. */
export function equalExpressions(a: string, b: string): boolean {
  const together = `(${a})-(${b})`;
  if (letters(together) > MAX_LETTERS || REFUSED.test(together)) return false;
  const evaluate = parse(together);
  if (evaluate === null) return false;
  const symbols = new Set<string>();
  const record = (symbol: string): ExactNumber => {
    symbols.add(symbol);
    return integer(2n);
  };
  const constant = evaluate.value(record);
  if (symbols.size === 0) return constant !== null && isZero(constant);
  const values = POINTS.map((_, at) => evaluate.exact((symbol) => pointValue([...symbols].indexOf(symbol), at)));
  const real = values.filter((value) => value !== null);
  return real.length > 0 && real.every(isZero);
}

/** n / d of whole numbers, d not 0. */
const ratio = (n: bigint, d: bigint): ExactNumber => present(divide(integer(n), integer(d)), 'quotient');

function pointValue(symbol: number, place: number): ExactNumber {
  const [n, d] = entryAt(POINTS, (place + 2 * symbol) % POINTS.length, 'point');
  return ratio(n + BigInt(symbol), d);
}

/** How many different letters, sqrt and frac aside. */
function letters(text: string): number {
  const rest = text.replaceAll('sqrt', '').replaceAll('frac', '');
  return new Set(rest.match(/\p{L}/gu) ?? []).size;
}

/** The expression as two functions of its symbols: with decimals as doubles, and with decimals as exact fractions. */
function parse(text: string): { value: Evaluate; exact: Evaluate } | null {
  const tokens = tokenize(text);
  if (tokens === null) return null;
  try {
    return { value: new Parser(tokens, false).whole(), exact: new Parser(tokens, true).whole() };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface Token {
  readonly kind: 'number' | 'name' | 'operator';
  readonly text: string;
}

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, number, name = '', operator] = match;
    if (number !== undefined && LEADING_ZERO.test(number)) return null;
    if (number !== undefined) tokens.push({ kind: 'number', text: number.replaceAll('_', '') });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator === '^' ? '**' : operator });
    else if (RESERVED.has(name)) return null;
    else for (const part of splitName(name)) tokens.push({ kind: /^\d/.test(part) ? 'number' : 'name', text: part });
  }
  return tokens;
}

/** ab -> a, b; names with an underscore or a Greek spelling stay whole. */
function splitName(name: string): string[] {
  if (name === 'sqrt' || name === 'ln' || name === 'pi' || name.includes('_') || WHOLE_NAMES.test(name)) return [name];
  return name.match(/\p{N}+|./gu) ?? [];
}

/** Recursive descent over Python's precedences: sum, product (written or implied), sign, power, factorial, atom. */
class Parser {
  readonly tokens: readonly Token[];
  readonly exactDecimals: boolean;
  at = 0;

  constructor(tokens: readonly Token[], exactDecimals: boolean) {
    this.tokens = tokens;
    this.exactDecimals = exactDecimals;
  }

  whole(): Evaluate {
    const result = this.sum();
    if (this.at < this.tokens.length) throw new SyntaxError('trailing text');
    return result;
  }

  sum(): Evaluate {
    let left = this.product();
    for (;;) {
      if (this.take('+')) left = binary(left, this.product(), add);
      else if (this.take('-')) left = binary(left, this.product(), (a, b) => add(a, negate(b)));
      else return left;
    }
  }

  product(): Evaluate {
    let left = this.signed();
    for (;;) {
      if (this.take('*')) left = binary(left, this.signed(), multiply);
      else if (this.take('/')) left = binary(left, this.signed(), divide);
      else if (this.startsAtom()) left = binary(left, this.powered(), multiply);
      else return left;
    }
  }

  signed(): Evaluate {
    if (this.take('+')) return this.signed();
    if (!this.take('-')) return this.powered();
    const operand = this.signed();
    return (environment) => unary(operand(environment), negate);
  }

  powered(): Evaluate {
    const base = this.postfix();
    return this.take('**') ? binary(base, this.signed(), power) : base;
  }

  postfix(): Evaluate {
    let operand = this.atom();
    while (this.take('!')) {
      const inner = operand;
      operand = (environment) => unary(inner(environment), factorial);
    }
    return operand;
  }

  atom(): Evaluate {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new SyntaxError('cut short');
    if (token.kind === 'number') {
      const value = this.number(token.text);
      return () => value;
    }
    if (token.text === '(') {
      const inner = this.sum();
      if (!this.take(')')) throw new SyntaxError('unclosed');
      return inner;
    }
    if (token.kind === 'operator') throw new SyntaxError('operator');
    if (token.text === 'pi') return () => PI_NUMBER;
    if (token.text === 'sqrt' || token.text === 'ln') return this.call(token.text);
    return (environment) => environment(token.text);
  }

  call(name: string): Evaluate {
    if (this.tokens[this.at]?.text !== '(') throw new SyntaxError('function without argument');
    const argument = this.atom();
    const half = ratio(1n, 2n);
    const apply = name === 'ln' ? logarithm : (value: ExactNumber) => power(value, half);
    return (environment) => unary(argument(environment), apply);
  }

  number(text: string): ExactNumber | null {
    const value = literal(text);
    return value !== null && this.exactDecimals && 'double' in value ? { ...value, double: null } : value;
  }

  startsAtom(): boolean {
    const token = this.tokens[this.at];
    return token !== undefined && (token.kind !== 'operator' || token.text === '(');
  }

  take(operator: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'operator' || token.text !== operator) return false;
    this.at++;
    return true;
  }
}

function unary(a: ExactNumber | null, operation: (a: ExactNumber) => ExactNumber | null): ExactNumber | null {
  return a === null ? null : operation(a);
}

function binary(
  left: Evaluate,
  right: Evaluate,
  operation: (a: ExactNumber, b: ExactNumber) => ExactNumber | null,
): Evaluate {
  return (environment) => {
    const [a, b] = [left(environment), right(environment)];
    if (a === null || b === null) return null;
    const result = operation(a, b);
    return result !== null && isManageable(result) ? result : null;
  };
}
