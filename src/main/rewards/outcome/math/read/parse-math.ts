/**
 * From a text to the value that it states: lists, relations, unions, intervals, matrices of expressions with their units. Null where a text is
 * no mathematics: the caller then looks for a number in it. Deliberately absent: values and equality (evaluate.ts, equal-values.ts).
 */

import { call, contains, itemsOf, type MathValue, type RelationSign, replaced } from '../math-value.ts';
import { combined, type Matrix, multiplied, scaled } from './calculate-matrices.ts';
import { JOINING_WORDS, NoMath } from './math-cursor.ts';
import { mathTokens } from './math-tokens.ts';
import { UnitReader } from './read-unit.ts';

/** The value that a text states, or null where it reads as none; `commasSeparate`: "12,102" is two numbers. */
export function parseMath(text: string, commasSeparate = false): MathValue | null {
  const tokens = mathTokens(text, commasSeparate);
  if (tokens === null) return null;
  try {
    return new ValueReader(tokens).whole();
  } catch (error) {
    if (error instanceof NoMath || error instanceof RangeError) return null; // nested too deeply
    throw error;
  }
}

const RELATIONS: Readonly<Record<string, RelationSign>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  ne: '!=',
  '<': '<',
  lt: '<',
  '>': '>',
  gt: '>',
  '<=': '<=',
  le: '<=',
  '>=': '>=',
  ge: '>=',
  approx: 'approx',
  in: 'in',
  ':': ':',
};
const MATRICES = new Set('matrix pmatrix bmatrix Bmatrix vmatrix array smallmatrix'.split(' '));

class ValueReader extends UnitReader {
  whole(): MathValue {
    if (!this.take('sign', '=')) this.take('command', 'approx'); // "= 42"
    const value = this.list();
    this.take('sign', '.', '!', ';', ',', "'");
    if (this.at < this.tokens.length) throw new NoMath();
    return value;
  }

  /** The words between the statements read so far; null for a bare comma or semicolon. */
  protected joins: (string | null)[] = [];
  /** Statements between commas, semicolons, "and", "or"; one alone is itself. Where both signs stand, semicolons divide and commas join. */
  protected list(): MathValue {
    const outer = this.joins;
    this.joins = [];
    const groups: MathValue[][] = [[this.statement()]];
    for (let sign = this.separator(); sign !== null; sign = this.separator()) {
      if (sign === ';') groups.push([this.statement()]);
      else groups.at(-1)?.push(this.statement());
    }
    const flat = groups.flat();
    const either = this.joins.length > 0 && this.joins.every((word) => word === 'or');
    this.joins = outer;
    const [only] = flat;
    if (flat.length === 1 && only !== undefined) return only;
    if (groups.length === 1 || groups.every((group) => group.length === 1))
      return either ? { kind: 'list', items: flat, either } : { kind: 'list', items: flat };
    return { kind: 'list', items: groups.map((items): MathValue => ({ kind: 'tuple', open: '(', close: ')', items })) };
  }

  /** What stands between two statements, taken; null (and nothing taken) at the end. "a, and b" is one separator. */
  protected separator(): ',' | ';' | null {
    const before = this.at;
    let found: ',' | ';' | null = this.take('sign', ';') ? ';' : this.take('sign', ',') ? ',' : null;
    const word = this.joiningWord();
    if (word !== null) found ??= ',';
    this.joins.push(word);
    if (this.peek() !== undefined) return found;
    this.at = before;
    this.joins.pop();
    return null;
  }

  protected statement(): MathValue {
    const sides = [this.union()];
    const signs: RelationSign[] = [];
    for (let sign = this.relation(); sign !== undefined; sign = this.relation()) {
      signs.push(sign);
      sides.push(this.union());
    }
    const [only] = sides;
    return signs.length === 0 && only !== undefined ? only : { kind: 'relation', sides, signs };
  }

  protected relation(): RelationSign | undefined {
    const token = this.peek();
    if (token === undefined || token.kind === 'number' || token.kind === 'word') return undefined;
    const sign = RELATIONS[token.text];
    if (sign !== undefined) this.at++;
    return sign;
  }

  protected union(): MathValue {
    const parts = [this.side()];
    while (this.take('command', 'cup') || (this.isUnionLetter() && this.take('word', 'U'))) parts.push(this.side());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'union', parts };
  }

  /** A bracketed thing that is no expression, a matrix, or an expression with its unit and percent sign. */
  protected side(): MathValue {
    const bracketed = this.matrixSum() ?? this.bracketed();
    if (bracketed !== null) return bracketed;
    const currency = this.currency();
    const node = this.sum();
    const percent = this.percent();
    const unit = currency ?? this.unit();
    const value: MathValue = { kind: 'expression', node, unit, percent: percent || this.percent() };
    if (!contains(node, 'plusminus')) return value;
    const signed = (name: string) =>
      replaced(node, 'plusminus', (args) =>
        args.length === 1 ? call(name === 'add' ? 'identity' : 'negate', ...args) : call(name, ...args),
      );
    return {
      kind: 'list',
      items: [
        { ...value, node: signed('add') },
        { ...value, node: signed('subtract') },
      ],
    };
  }

  /** (a, b), [a, b), \{a, b\}: null (and nothing taken) where the brackets only group one expression. */
  protected bracketed(): MathValue | null {
    const start = this.at;
    const token = this.peek();
    if (token === undefined) throw new NoMath();
    if (token.kind === 'command' && token.text === '{') {
      this.at++;
      const items = this.take('command', '}') ? [] : itemsOf(this.list());
      if (items.length > 0 && !this.take('command', '}')) throw new NoMath();
      return { kind: 'set', items };
    }
    if (token.kind === 'command' && token.text === 'emptyset') {
      this.at++;
      return { kind: 'set', items: [] };
    }
    if (token.kind !== 'sign' || !'([{'.includes(token.text)) return null;
    this.at++;
    const inner = this.attempt(() => this.list());
    const close = this.peek();
    const closes =
      inner !== null && close?.kind === 'sign' && (token.text === '{' ? close.text === '}' : ')]'.includes(close.text));
    if (!closes || (inner.kind === 'expression' && token.text !== '{')) {
      this.at = start;
      return null;
    }
    this.at++;
    if (inner.kind !== 'list') {
      if (this.continues()) {
        this.at = start;
        return null;
      }
      return inner;
    }
    if (token.text === '{') return inner;
    return { kind: 'tuple', open: token.text, close: close.text, items: inner.items };
  }

  /** Whether what follows goes on with an expression, so that the bracket before was a factor of it. */
  protected continues(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (token.kind === 'number' || token.kind === 'word') return !JOINING_WORDS.has(token.text.toLowerCase());
    return '+-*/^_!('.includes(token.text) || ['cdot', 'frac', 'sqrt', 'pm', 'div'].includes(token.text);
  }

  /** Matrices with their sums and products, calculated; null (and nothing taken) where the statement is none. */
  protected matrixSum(): MathValue | null {
    if (!this.tokens.some(({ kind, text }) => kind === 'command' && text === 'begin')) return null;
    const start = this.at;
    let sum = this.attempt(() => this.matrixProduct());
    while (sum !== null) {
      const sign = this.take('sign', '+') ? 'add' : this.take('sign', '-') ? 'subtract' : null;
      if (sign === null) return sum;
      sum = combined(sign, sum, this.matrixProduct() ?? this.fail());
    }
    this.at = start;
    return null;
  }

  /** A matrix with the factors before it, numbers or matrices. */
  protected matrixProduct(): Matrix | null {
    const negative = this.take('sign', '-');
    const matrix = this.matrix();
    const factor = matrix === null ? this.power() : null;
    let product = matrix ?? scaled(factor ?? this.fail(), this.factorMatrix());
    for (let next = this.matrixAfter(); next !== null; next = this.matrixAfter()) product = multiplied(product, next);
    return negative ? scaled(call('negate', { op: 'number', text: '1' }), product) : product;
  }

  protected factorMatrix(): Matrix {
    if (!this.take('sign', '*')) this.take('command', 'cdot');
    return this.matrix() ?? this.fail();
  }

  protected matrixAfter(): Matrix | null {
    const start = this.at;
    if (!this.take('sign', '*')) this.take('command', 'cdot');
    const matrix = this.matrix();
    if (matrix === null) this.at = start;
    return matrix;
  }

  protected matrix(): Matrix | null {
    const start = this.at;
    this.take('sign', '[', '(');
    if (!this.take('command', 'begin')) {
      this.at = start;
      return null;
    }
    const name = this.name();
    if (!MATRICES.has(name)) throw new NoMath();
    if (name === 'array' && this.take('sign', '{')) while (!this.take('sign', '}')) this.next();
    const rows: MathValue[][] = [[]];
    for (;;) {
      if (this.take('command', 'end')) break;
      if (this.take('command', '\\')) {
        rows.push([]);
        continue;
      }
      if (this.take('sign', '&')) continue;
      rows.at(-1)?.push(this.statement());
    }
    if (this.name() !== name) throw new NoMath();
    this.take('sign', ']', ')');
    return { kind: 'matrix', rows: rows.filter((row) => row.length > 0) };
  }

  protected name(): string {
    this.expect('{');
    let name = '';
    while (!this.take('sign', '}')) name += this.next().text;
    return name;
  }
}
