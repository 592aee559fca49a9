/** What stands around a value: currency before it, percent signs and units behind it, as signs, words or LaTeX texts. */

import { CURRENCY_SIGNS, isUnit } from '../../../../../shared/values/units.ts';
import { ExpressionReader, PERCENT_WORDS } from './read-expression.ts';

/** A cursor that reads expressions and their units. */
export class UnitReader extends ExpressionReader {
  protected currency(): string | null {
    const token = this.peek();
    if (token?.kind !== 'sign' || !CURRENCY_SIGNS.includes(token.text)) return null;
    this.at++;
    return token.text;
  }

  protected percent(): boolean {
    const token = this.peek();
    const named = token?.kind === 'word' && PERCENT_WORDS.has(token.text.toLowerCase());
    if (named || (token?.text === '%' && token.kind !== 'number')) {
      this.at++;
      return true;
    }
    const text = this.textCommand();
    if (text === null) return false;
    if (PERCENT_WORDS.has(text.trim().toLowerCase()) || text.trim() === '%') return true;
    this.at = this.textStart;
    return false;
  }

  /** A unit behind a value: "cm", \text{ cm}^2, °, km/h. Words that are no unit but stand as a text are counted things and dropped. */
  protected unit(): string | null {
    const start = this.at;
    if (this.take('sign', '^') && (this.take('command', 'circ') || this.braced('circ'))) {
      const scale = this.peek();
      if (scale?.kind === 'word' && /^[CF]$/.test(scale.text) && ++this.at) return `°${scale.text}`;
      return '°';
    }
    this.at = start;
    if (this.take('command', 'circ')) return '°';
    const [token, next] = this.tokens.slice(this.at, this.at + 2);
    if (
      token?.kind === 'sign' &&
      `${CURRENCY_SIGNS}¢`.includes(token.text) &&
      (next === undefined || next.text === '=')
    ) {
      this.at++;
      return token.text;
    }
    if (this.isJoiningWordHere()) return null;
    const name =
      this.textCommand()?.trim().replace(/\.$/, '') ??
      (token?.kind === 'word' && isUnit(token.text) ? token.text : null);
    if (name === null) return null;
    if (token?.kind === 'word') this.at++;
    if (!isUnit(name) && /^[A-Za-z]+$/.test(name) === false && name !== '')
      return this.at === this.tokens.length ? null : this.fail();
    return isUnit(name) ? this.unitPower(name) : null;
  }

  /** A unit whose first name is read: its power, and what it is multiplied with and divided by, as m/s^2 or m s^{-2}. */
  protected unitPower(name: string): string {
    let unit = `${name}${this.powerOfUnit()}`;
    for (;;) {
      const start = this.at;
      const isUnder = this.take('sign', '/');
      if (!isUnder && !this.take('command', 'cdot')) this.take('sign', '*');
      const next = this.unitName();
      if (next === null) {
        this.at = start;
        return unit;
      }
      unit += `${isUnder ? '/' : '*'}${next}${this.powerOfUnit()}`;
    }
  }

  protected unitName(): string | null {
    const token = this.peek();
    if (token?.kind === 'word') return isUnit(token.text) && ++this.at ? token.text : null;
    const text = this.textCommand()?.trim();
    return text !== undefined && isUnit(text) ? text : null;
  }

  protected powerOfUnit(): string {
    if (!this.take('sign', '^')) return '';
    const braces = this.take('sign', '{');
    const sign = this.take('sign', '-') ? '-' : '';
    const power = this.next();
    if (braces) this.expect('}');
    return power.kind === 'number' && /^[1-9]$/.test(power.text) ? `^${sign}${power.text}` : this.fail();
  }

  protected braced(command: string): boolean {
    const start = this.at;
    if (this.take('sign', '{') && this.take('command', command) && this.take('sign', '}')) return true;
    this.at = start;
    return false;
  }
}
