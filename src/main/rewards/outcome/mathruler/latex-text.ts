/**
 * LaTeX to plain text, as far as answers need it: what pylatexenc's latex2text makes of fractions, roots, symbols, groups and
 * spacing. Deliberately absent: typesetting; an unknown macro vanishes and its argument stays, as there.
 */
import { entryAt } from '../../../../shared/values/list.ts';

const SYMBOLS: Readonly<Record<string, string>> = {
  ...pairs(
    'alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν',
  ),
  ...pairs(
    'xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ',
  ),
  ...pairs(
    'Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω infty ∞ cup ∪ cap ∩ cdot · times × div ÷ pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥',
  ),
  ...pairs('ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ in ∈ notin ∉ subset ⊂ emptyset ∅ to → rightarrow → Rightarrow ⇒ circ ∘'),
  ...pairs(
    "cdots ⋯ ldots … dots … angle ∠ prime ' mid | langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ textdegree °",
  ),
  ...pairs(
    'ln ln log log sin sin cos cos tan tan exp exp max max min min gcd gcd lim lim perp ⊥ parallel ∥ triangle △',
  ),
  quad: '  ',
  qquad: '    ',
  '\\': '\n',
  ' ': ' ',
  ',': ' ',
  ';': ' ',
  ':': ' ',
};
/** Macros whose one argument is dropped with them. */
const DROPPED = new Set(['hspace', 'vspace', 'label', 'mbox', 'begin', 'end']);

function pairs(text: string): Record<string, string> {
  const parts = text.split(' ');
  return Object.fromEntries(
    parts.flatMap((name, i) => (i % 2 === 0 ? [[name, entryAt(parts, i + 1, 'second of a pair')]] : [])),
  );
}

/** Thrown where pylatexenc fails too; the caller then keeps the expression as it is. */
class LatexError extends Error {}

/** The plain text of a LaTeX expression; throws LatexError on a root without its argument. */
export function latexToText(latex: string): string {
  return new LatexReader(latex).text(false);
}

class LatexReader {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Text up to the end, or to the closing brace of the current group (which is consumed). */
  text(inGroup: boolean): string {
    let out = '';
    while (this.at < this.source.length) {
      if (this.source[this.at] === '}') {
        this.at++;
        if (inGroup) return out;
        continue; // a stray brace is skipped
      }
      out += this.item();
    }
    return out;
  }

  /** One group, macro or character. */
  item(): string {
    const char = this.source.charAt(this.at);
    if (char === '\\') return this.macro();
    this.at++;
    if (char === '{') return this.text(true);
    if (char === '$') return '';
    if (char === '~') return '\u00a0';
    if (char === '&') return '   ';
    if (char === '%') {
      const newline = this.source.indexOf('\n', this.at);
      this.at = newline < 0 ? this.source.length : newline;
      return '';
    }
    return char;
  }

  macro(): string {
    this.at++;
    const name = /^(?:[A-Za-z]+|[^A-Za-z])/u.exec(this.source.slice(this.at))?.[0];
    if (name === undefined) return '';
    this.at += name.length;
    if (/[A-Za-z]/.test(name)) this.skipSpaces();
    if (name === 'frac') return this.fraction();
    if (name === 'sqrt') {
      if (this.source[this.at] === '[') this.optional();
      if (this.at >= this.source.length) throw new LatexError('\\sqrt without its argument');
      return `√(${this.argument()})`;
    }
    if (name === 'left' || name === 'right') return this.delimiter();
    if (DROPPED.has(name)) {
      this.argument();
      return '';
    }
    return SYMBOLS[name] ?? (/[A-Za-z!|()[\]]/.test(name) ? '' : name);
  }

  /** A fraction cut short leaves pylatexenc's own pattern behind; no answer is equal to that. */
  fraction(): string {
    const numerator = this.argument();
    this.skipSpaces();
    return this.at < this.source.length ? `${numerator}/${this.argument()}` : `%s/%s${numerator}`;
  }

  /** A macro's argument: a group, or the next single character or macro. */
  argument(): string {
    this.skipSpaces();
    return this.at < this.source.length ? this.item() : '';
  }

  optional(): void {
    const end = this.source.indexOf(']', this.at);
    this.at = end < 0 ? this.source.length : end + 1;
  }

  /** \left. is an invisible delimiter. */
  delimiter(): string {
    if (this.source[this.at] === '.') {
      this.at++;
      return '';
    }
    return '';
  }

  skipSpaces(): void {
    while (/\s/.test(this.source[this.at] ?? '')) this.at++;
  }
}
