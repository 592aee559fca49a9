/** A place in a list of tokens, and how a reader moves on from it. Deliberately absent: what the tokens mean (read-expression.ts, parse-math.ts). */
import type { MathToken } from './math-tokens.ts';

/** Thrown where the tokens read as no mathematics. */
export class NoMath extends Error {}

const TEXT_COMMANDS = new Set(
  'text mathrm mathbf textbf mbox operatorname textnormal mathit rm bf mathsf textit mathbb boldsymbol bm'.split(' '),
);
/** Words that stand between two statements. */
export const JOINING_WORDS = new Set(['and', 'or']);

/** Reads tokens one after another; what cannot be read throws NoMath. */
export class MathCursor {
  protected readonly tokens: MathToken[];
  protected at = 0;

  constructor(tokens: readonly MathToken[]) {
    this.tokens = [...tokens];
  }

  /** The joining word here, taken; null (and nothing taken) where there is none. */
  protected joiningWord(): string | null {
    const token = this.peek();
    if ((token?.kind === 'word' || token?.kind === 'command') && JOINING_WORDS.has(token.text.toLowerCase())) {
      this.at++;
      return token.text.toLowerCase();
    }
    const text = this.textCommand()?.trim().toLowerCase();
    if (text !== undefined && JOINING_WORDS.has(text)) return text;
    if (text !== undefined) this.at = this.textStart;
    return null;
  }

  protected isJoiningWordHere(): boolean {
    const start = this.at;
    const found = this.joiningWord();
    this.at = start;
    return found !== null;
  }

  protected textStart = 0;
  /** The words of \text{...} and its kin, or null (nothing taken). */
  protected textCommand(): string | null {
    const token = this.peek();
    if (token?.kind !== 'command' || !TEXT_COMMANDS.has(token.text)) return null;
    this.textStart = this.at;
    this.at++;
    if (!this.take('sign', '{')) return this.next().text;
    return this.untilClosed('{', '}')
      .map((inner) => `${inner.spaced ? ' ' : ''}${inner.text}`)
      .join('');
  }

  protected attempt<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (error instanceof NoMath) return null;
      throw error;
    }
  }

  protected peek(): MathToken | undefined {
    return this.tokens[this.at];
  }

  protected next(): MathToken {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new NoMath();
    return token;
  }

  protected take(kind: MathToken['kind'], ...texts: string[]): boolean {
    const token = this.peek();
    if (token?.kind !== kind || !texts.includes(token.text)) return false;
    this.at++;
    return true;
  }

  protected expect(sign: string): void {
    if (!this.take('sign', sign)) throw new NoMath();
  }

  protected fail(): never {
    throw new NoMath();
  }

  /** The text between two brackets, which are taken. */
  protected balanced(open = '{', close = '}'): string {
    this.expect(open);
    return textOf(this.untilClosed(open, close));
  }

  /** The tokens up to the bracket that closes one just taken; it is taken too. */
  protected untilClosed(open: string, close: string): MathToken[] {
    const inner: MathToken[] = [];
    for (let depth = 1; ; ) {
      const token = this.next();
      depth += Number(token.text === open) - Number(token.text === close);
      if (depth === 0) return inner;
      inner.push(token);
    }
  }
}

/** Tokens as they are written, without white space. */
export function textOf(tokens: readonly MathToken[]): string {
  return tokens.map((token) => token.text).join('');
}
