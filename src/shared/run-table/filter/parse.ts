/**
 * Filters of runs, such as `trust = on and accuracy > 50% and seed in (1, 2)`:
 *
 *   filter := all {"or" all}        all := one {"and" one}
 *   one    := "not" one | "(" filter ")" | NAME test
 *   test   := ("=" | "!=" | "<" | "<=" | ">" | ">=" | "~") VALUE | ["not"] "in" "(" VALUE {"," VALUE} ")" | "is" ["not"] "missing"
 *
 * Why none of npm's: filtrex and most others compile to a function by eval, which the page's content policy refuses; jsep reads `kl/mean` as
 * a division and knows neither `in (1, 2)` nor `is missing`.
 */
import { filterFault, filterWords, type Word } from './words.ts';

/** How a value is compared. `~`: holds the text, whatever its case. */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** A filter as it is read; names are not looked up yet. */
export type Filter =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'compare'; readonly name: Word; readonly by: Comparison; readonly value: Word }
  | { readonly kind: 'in'; readonly name: Word; readonly values: readonly Word[] }
  | { readonly kind: 'missing'; readonly name: Word };

const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>=', '~'] satisfies Comparison[];
/** A filter of somebody else's may be as long as a view's; brackets within brackets are read by recursion. */
const MOST_DEPTH = 50;

/** Reads a filter; null where it is empty. @throws SophiaError 'usage' with the place of what is wrong */
export function parseFilter(text: string): Filter | null {
  const words = filterWords(text);
  return words.length === 0 ? null : new Reader(words, text.trimEnd().length + 1).whole();
}

class Reader {
  readonly #words: readonly Word[];
  readonly #end: number;
  #next = 0;
  #depth = 0;

  constructor(words: readonly Word[], end: number) {
    this.#words = words;
    this.#end = end;
  }

  whole(): Filter {
    const filter = this.#any();
    const more = this.#words[this.#next];
    if (more !== undefined) throw filterFault(more.at, `"${more.text}" where "and", "or" or the end is expected`);
    return filter;
  }

  #any(): Filter {
    if (++this.#depth > MOST_DEPTH) throw filterFault(this.#at, `more than ${MOST_DEPTH} brackets within each other`);
    const parts = [this.#all()];
    while (this.#takes('or')) parts.push(this.#all());
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'any', parts };
  }

  #all(): Filter {
    const parts = [this.#one()];
    while (this.#takes('and')) parts.push(this.#one());
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'all', parts };
  }

  #one(): Filter {
    let isNegated = false;
    while (this.#takes('not')) isNegated = !isNegated;
    const part = this.#bracketOrTest();
    return isNegated ? { kind: 'not', part } : part;
  }

  #bracketOrTest(): Filter {
    if (!this.#takes('(')) return this.#test();
    const inner = this.#any();
    this.#needs(')');
    return inner;
  }

  #test(): Filter {
    const name = this.#word('the name of a column');
    const isNegated = this.#takes('not');
    const wrapped = (test: Filter): Filter => (isNegated ? { kind: 'not', part: test } : test);
    if (this.#takes('in')) return wrapped({ kind: 'in', name, values: this.#values() });
    if (isNegated) throw filterFault(this.#at, '"in" is expected after "not"');
    if (this.#takes('is')) {
      const isThere = this.#takes('not');
      this.#needs('missing');
      const missing: Filter = { kind: 'missing', name };
      return isThere ? { kind: 'not', part: missing } : missing;
    }
    const sign = this.#words[this.#next];
    if (sign === undefined || sign.quoted || !COMPARISONS.includes(sign.text))
      throw filterFault(
        this.#at,
        `a comparison is expected after "${name.text}"`,
        `Use ${COMPARISONS.join(' ')}, in or is.`,
      );
    this.#next++;
    return { kind: 'compare', name, by: sign.text as Comparison, value: this.#word(`a value after "${sign.text}"`) };
  }

  #values(): Word[] {
    this.#needs('(');
    const values = [this.#word('a value')];
    while (this.#takes(',')) values.push(this.#word('a value'));
    this.#needs(')');
    return values;
  }

  /** Where the next word begins, or the text ends. */
  get #at(): number {
    return this.#words[this.#next]?.at ?? this.#end;
  }

  #takes(text: string): boolean {
    const word = this.#words[this.#next];
    if (word === undefined || word.quoted || word.text.toLowerCase() !== text) return false;
    this.#next++;
    return true;
  }

  #needs(text: string): void {
    if (!this.#takes(text)) throw filterFault(this.#at, `"${text}" is expected`);
  }

  /** The next word, which is no sign and, unless quoted, none of the filter's own words. */
  #word(what: string): Word {
    const word = this.#words[this.#next];
    if (word === undefined || (!word.quoted && /^([=<>~(),]|!=|<=|>=|and|or|not|in|is)$/i.test(word.text)))
      throw filterFault(this.#at, `${what} is expected`);
    this.#next++;
    return word;
  }
}
