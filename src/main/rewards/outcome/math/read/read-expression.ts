/**
 * Expressions by recursive descent: sums, products (written or implied), powers, atoms. It reads LaTeX (\frac12, \sqrt[3]{x}, \log_2 8,
 * \sin^2 x) and plain text (sqrt(2)/2, 2*pi, 3 1/2, x**2) alike. Deliberately absent: lists, relations, units (parse-math.ts).
 */

import { isUnit } from '../../../../../shared/values/units.ts';
import { call, type MathNode } from '../math-value.ts';
import { JOINING_WORDS } from './math-cursor.ts';
import { AtomReader, FUNCTIONS, GREEK } from './read-atom.ts';

const INVERSE: Readonly<Record<string, string>> = { sin: 'arcsin', cos: 'arccos', tan: 'arctan' };
/** A percent sign in words. */
export const PERCENT_WORDS = new Set(['percent', 'pct', 'percentage']);

/** A cursor that reads expressions. */
export class ExpressionReader extends AtomReader {
  protected sum(): MathNode {
    let left = this.take('command', 'pm') ? call('plusminus', this.product()) : this.product();
    for (;;) {
      if (this.take('sign', '+')) left = call('add', left, this.product());
      else if (this.take('sign', '-')) left = call('subtract', left, this.product());
      else if (this.take('command', 'pm', 'mp')) left = call('plusminus', left, this.product());
      else if (this.take('command', 'over')) return call('divide', left, this.sum());
      else if (this.take('command', 'choose')) return call('binomial', left, this.sum());
      else return left;
    }
  }

  protected product(): MathNode {
    let left = this.signed();
    for (;;) {
      if (this.take('sign', '*') || this.take('command', 'cdot')) left = call('multiply', left, this.signed());
      else if (this.take('sign', '/') || this.take('command', 'div')) left = call('divide', left, this.signed());
      else if (this.beginsFactor()) left = this.implied(left);
      else return left;
    }
  }

  /** 2x, and 3 1/2 or 3\frac12, where a whole number before a fraction of numbers makes a mixed number. */
  protected implied(left: MathNode): MathNode {
    const isWhole = (node: MathNode | undefined) => node?.op === 'number' && /^\d+$/.test(node.text);
    const start = this.at;
    if (left.op === 'call' && left.name === 'negate' && isWhole(left.args[0])) {
      const [inner = left] = left.args;
      const mixed = this.attempt(() => this.implied(inner));
      if (mixed?.op === 'call' && mixed.name === 'add') return call('negate', mixed); // -3\frac12
      this.at = start;
    }
    const right = this.power();
    if (isWhole(left) && right.op === 'call' && right.name === 'divide' && right.args.every(isWhole))
      return call('add', left, right);
    if (isWhole(left) && isWhole(right)) {
      if (this.tokens[start]?.spaced !== true || !this.take('sign', '/')) return this.fail();
      const under = this.power();
      return isWhole(under) ? call('add', left, call('divide', right, under)) : this.fail();
    }
    if (right.op === 'number') return this.fail(); // x 2 is no product that anyone writes
    return call('multiply', left, right);
  }

  protected signed(): MathNode {
    if (this.take('sign', '-')) return call('negate', this.signed());
    if (this.take('sign', '+')) return this.signed();
    return this.power();
  }

  protected power(): MathNode {
    let base = this.atom();
    for (;;) {
      if (this.take('sign', '!')) base = call('factorial', base);
      else if (this.insideFunction > 0 && this.degreesFollow()) base = this.degrees(base);
      else if (this.peek()?.text === '^' && !this.degreesFollow()) {
        this.at++;
        base = call('power', base, this.exponent());
      } else return base;
    }
  }

  protected degreesFollow(): boolean {
    const [first, second] = [this.tokens[this.at + 1], this.tokens[this.at + 2]];
    return first?.text === 'circ' || (first?.text === '{' && second?.text === 'circ');
  }

  protected insideFunction = 0;
  /** \sin 60^\circ: within a function degrees are a part of the circle. */
  protected degrees(value: MathNode): MathNode {
    this.at++;
    if (this.take('sign', '{')) {
      this.at++;
      this.expect('}');
    } else this.at++;
    return call('divide', call('multiply', value, call('pi')), { op: 'number', text: '180' });
  }

  protected exponent(): MathNode {
    if (this.take('sign', '-')) return call('negate', this.exponent());
    const base = this.groupOrAtom();
    if (this.peek()?.text !== '^') return base;
    this.at++;
    return call('power', base, this.exponent());
  }

  protected beginsFactor(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (token.kind === 'number') return true;
    if (token.kind === 'word')
      return (
        !JOINING_WORDS.has(token.text.toLowerCase()) &&
        !PERCENT_WORDS.has(token.text.toLowerCase()) &&
        !this.isUnitHere() &&
        !this.isUnionLetter()
      );
    if (token.kind === 'sign') return '({'.includes(token.text) || (token.text === '|' && this.insideBars === 0);
    return token.text === 'vert' ? this.insideBars === 0 : this.isFactorCommand(token.text);
  }

  protected isFactorCommand(name: string): boolean {
    return (
      FUNCTIONS.has(name) ||
      GREEK.has(name) ||
      ([
        'frac',
        'sqrt',
        'pi',
        'infty',
        'binom',
        'e',
        'overline',
        'lfloor',
        'lceil',
        'mathrm',
        'mathbf',
        'sum',
        'prod',
        'angle',
        'triangle',
      ].includes(name) &&
        !this.textIsWord())
    );
  }

  /** \mathrm{e} is a symbol, \mathrm{cm} a unit. */
  protected textIsWord(): boolean {
    const start = this.at;
    const text = this.textCommand();
    this.at = start;
    return text !== null && text.trim().length !== 1;
  }

  /** A word that names a unit and ends the value: "5 m", "6 cm^2", but not the m of "5 m x". */
  protected isUnitHere(): boolean {
    const token = this.peek();
    if (token === undefined || !isUnit(token.text)) return false;
    const before = this.tokens[this.at - 1];
    const isExponent = this.tokens[this.at - 2]?.text === '^';
    const endsValue = (before?.kind === 'number' && !isExponent) || this.afterPowerOfTen();
    if (token.text.length === 1 && !(endsValue && token.spaced)) return false;
    const after = this.tokens[this.at + 1];
    const beyond = this.tokens[this.at + 2];
    if ((after?.text === 'cdot' || after?.text === '*') && beyond?.kind === 'word' && isUnit(beyond.text)) return true;
    return (
      after === undefined || ['^', '/', ',', '.', ';', ')', ']', '}', '='].includes(after.text) || after.kind === 'word'
    );
  }

  /** 10^8 or 10^{-3} stands before: what follows is a unit, as behind a number, and no symbol. */
  protected afterPowerOfTen(): boolean {
    const before = this.tokens
      .slice(Math.max(0, this.at - 6), this.at)
      .map(({ text }) => text)
      .join(' ');
    return /(?:^| )10 \^ (?:- )?(?:\d+|\{ (?:- )?\d+ \})$/.test(before);
  }

  protected function(name: string): MathNode {
    if (name === 'sqrt' && this.peek()?.text === '(') return call('sqrt', this.group('(', ')'));
    let base: MathNode | null = null;
    let exponent: MathNode | null = null;
    if (name === 'log' && this.take('sign', '_')) base = this.groupOrAtom();
    if (this.take('sign', '^')) exponent = this.exponent();
    if (base === null && name === 'log' && this.take('sign', '_')) base = this.groupOrAtom();
    const isInverse = exponent?.op === 'call' && exponent.name === 'negate' && INVERSE[name] !== undefined;
    this.insideFunction++;
    const argument = this.peek()?.text === '(' ? this.callArguments() : [this.bareArgument()];
    this.insideFunction--;
    const applied =
      base === null
        ? call(isInverse ? (INVERSE[name] ?? name) : name, ...argument)
        : call('logBase', ...argument, base);
    return exponent === null || isInverse ? applied : call('power', applied, exponent);
  }

  protected callArguments(): MathNode[] {
    this.expect('(');
    const args = [this.sum()];
    while (this.take('sign', ',')) args.push(this.sum());
    this.expect(')');
    return args;
  }

  /** \sin 2x: the factors up to the next sign or function. */
  protected bareArgument(): MathNode {
    let left = this.signed();
    while (this.beginsFactor() && !FUNCTIONS.has(this.peek()?.text ?? '')) left = this.implied(left);
    return left;
  }

  /** "[1,2] U [3,4]" as people type it: a capital U between brackets. */
  protected isUnionLetter(): boolean {
    const before = this.tokens[this.at - 1]?.text;
    const after = this.tokens[this.at + 1]?.text;
    return this.peek()?.text === 'U' && (before === ')' || before === ']') && (after === '(' || after === '[');
  }
}
