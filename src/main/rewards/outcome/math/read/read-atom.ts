/** The atoms of an expression: numbers, symbols, groups, roots, fractions, bars. What stands within them is read by the reader above. */

import { call, type MathNode } from '../math-value.ts';
import { MathCursor, NoMath, textOf } from './math-cursor.ts';

/** Functions that are written by their names. */
export const FUNCTIONS = new Set(
  'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log lg exp sqrt abs floor ceil max min gcd lcm'.split(
    ' ',
  ),
);
/** Letters that are written by their names. */
export const GREEK = new Set(
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell'.split(
    ' ',
  ),
);
/** Letters of scripts that are no symbols of anything. */
const UNSPACED_SCRIPT = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
/** Words that stand for a power of ten. */
const ZEROS: Readonly<Record<string, string>> = {
  hundred: '2',
  thousand: '3',
  million: '6',
  billion: '9',
  trillion: '12',
};

/** A cursor that reads atoms. */
export abstract class AtomReader extends MathCursor {
  protected insideBars = 0;

  protected abstract sum(): MathNode;
  protected abstract product(): MathNode;
  protected abstract function(name: string): MathNode;

  protected atom(): MathNode {
    const token = this.next();
    if (token.kind === 'number') return this.based({ op: 'number', text: token.text });
    if (token.kind === 'sign') {
      this.at--;
      if (token.text === '(') return this.group('(', ')');
      if (token.text === '[') return this.group('[', ']');
      if (token.text === '{') return this.group('{', '}');
      if (token.text === '|') return this.bars('|');
      return this.fail();
    }
    if (token.kind === 'word') return this.word(token.text);
    return this.command(token.text);
  }

  /** 204_5: digits in a base are a sign of their own. */
  protected based(number: MathNode & { op: 'number' }): MathNode {
    if (this.peek()?.text !== '_') return number;
    return { op: 'symbol', name: `${number.text}${this.subscript()}` };
  }

  protected word(word: string): MathNode {
    const lower = word.toLowerCase();
    const zeros = ZEROS[lower];
    if (zeros !== undefined) return call('power', { op: 'number', text: '10' }, { op: 'number', text: zeros });
    if (lower === 'pi') return call('pi');
    if (lower === 'inf' || lower === 'infinity' || lower === 'oo') return call('infinity');
    if (FUNCTIONS.has(lower)) return this.function(lower);
    if (GREEK.has(word)) return this.symbol(word);
    if ([...word].length > 3 || UNSPACED_SCRIPT.test(word)) throw new NoMath();
    const letters = [...word];
    const last = letters.pop() ?? '';
    const nodes: MathNode[] = [...letters.map((letter) => constant(letter)), this.symbol(last)];
    return nodes.reduce((left, right) => call('multiply', left, right));
  }

  /** A letter with its subscript and prime, as function f(x) of something where a bracket follows and it is a usual function's name. */
  protected symbol(letter: string): MathNode {
    const name = `${letter}${this.peek()?.text === '_' ? this.subscript() : ''}`;
    const primes = this.take('sign', "'") ? "'" : '';
    if (/^[fghFGHPWV]/.test(name) && this.peek()?.text === '(')
      return { op: 'symbol', name: `${name}${primes}(${this.balanced('(', ')')})` };
    return primes === '' ? constant(name) : { op: 'symbol', name: `${name}${primes}` };
  }

  protected subscript(): string {
    this.expect('_');
    if (!this.take('sign', '{')) return `_${this.next().text}`;
    return `_${textOf(this.untilClosed('{', '}'))}`;
  }

  protected command(name: string): MathNode {
    if (name === 'frac') return call('divide', this.argument(), this.argument());
    if (name === 'binom') return call('binomial', this.argument(), this.argument());
    if (name === 'sqrt') return this.root();
    if (name === 'pi') return call('pi');
    if (name === 'infty') return call('infinity');
    if (name === 'overline' || name === 'dot') return this.repeating();
    if (name === 'vert') {
      this.at--;
      return this.bars('vert');
    }
    if (name === 'lfloor') return call('floor', this.until('rfloor'));
    if (name === 'lceil') return call('ceil', this.until('rceil'));
    if (FUNCTIONS.has(name)) return this.function(name);
    if (GREEK.has(name)) return this.symbol(name);
    if (name === 'angle' || name === 'triangle') return { op: 'symbol', name: `${name} ${this.next().text}` };
    if (name === 'sum' || name === 'prod') return this.bigOperator(name);
    this.at--;
    const text = this.textCommand()?.trim();
    if (text !== undefined && [...text].length === 1 && !/\d/.test(text)) return this.symbol(text);
    return this.textNumber(text) ?? this.fail();
  }

  /** \text{42}, \mathbf{-42}: a number in another type. */
  protected textNumber(text = ''): MathNode | null {
    const [, sign, digits] = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text.replaceAll(' ', '')) ?? [];
    if (digits === undefined) return null;
    const number: MathNode = { op: 'number', text: digits };
    return sign === '-' ? call('negate', number) : number;
  }

  /** 0.\overline{3}: the number before it goes on without end; read by the caller as digits that repeat. */
  protected repeating(): MathNode {
    const digits = this.group('{', '}');
    return digits.op === 'number' ? call('repeating', digits) : this.fail();
  }

  protected bigOperator(name: string): MathNode {
    let bounds = '';
    while (this.peek()?.text === '_' || this.peek()?.text === '^') {
      const at = this.next().text;
      bounds += at + JSON.stringify(this.peek()?.text === '{' ? this.balanced() : this.next().text);
    }
    return call(`${name}${bounds}`, this.product());
  }

  /** An argument of \frac and the like: a group, or the next digit, letter or command alone. */
  protected argument(): MathNode {
    const token = this.peek();
    if (token?.kind === 'sign' && token.text === '{') return this.group('{', '}');
    if (token?.kind === 'number' && /^\d\d+$/.test(token.text)) return { op: 'number', text: this.firstDigit() };
    return this.atom();
  }

  protected firstDigit(): string {
    const token = this.next();
    const rest = { ...token, text: token.text.slice(1), spaced: false };
    this.tokens.splice(--this.at, 1, { ...token, text: token.text.slice(0, 1) }, rest);
    return this.next().text;
  }

  protected root(): MathNode {
    if (!this.take('sign', '[')) return call('sqrt', this.groupOrAtom());
    const degree = this.sum();
    this.expect(']');
    return call('root', this.groupOrAtom(), degree);
  }

  /** What stands under a root, in an index or in an exponent. */
  protected groupOrAtom(): MathNode {
    return this.peek()?.text === '{' ? this.group('{', '}') : this.atom();
  }

  protected group(open: string, close: string): MathNode {
    this.expect(open);
    const bars = this.insideBars;
    this.insideBars = 0;
    const inner = this.sum();
    this.insideBars = bars;
    this.expect(close);
    return inner;
  }

  protected bars(sign: string): MathNode {
    this.at++;
    this.insideBars++;
    const inner = this.sum();
    this.insideBars--;
    if (!this.take(sign === '|' ? 'sign' : 'command', sign)) throw new NoMath();
    return call('abs', inner);
  }

  protected until(close: string): MathNode {
    const inner = this.sum();
    return this.take('command', close) ? inner : this.fail();
  }
}

/** e is Euler's number; every other letter is a symbol. */
function constant(name: string): MathNode {
  return name === 'e' ? call('e') : { op: 'symbol', name };
}
