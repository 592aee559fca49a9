/**
 * Decimals that go on without end, written as the fractions they are: 0.\overline{3}, 0.1\dot{6}, 0.(36), and 0.333... where the digits
 * before the dots end in one block three times. Deliberately absent: decimals that are merely long, which are rounded.
 */

const MARKED = /(?<![\d.])(\d*)\.(\d*)(?:\\(?:overline|bar|dot)\s*\{(\d{1,20})\}|\\(?:bar|dot)\s*(\d)|\((\d{1,20})\))/g;
const DOTTED = /(?<![\d.])(\d*)\.(\d{3,60})\s?(?:\.\.\.|…|\\[lc]?dots(?![a-z]))/g;
const BLOCK = /^(\d*?)(\d{1,6}?)\2\2+$/;

/** The text with every repeating decimal as \frac{...}{...}. */
export function repeatingAsFractions(text: string): string {
  return text
    .replace(MARKED, (_, whole: string, fixed: string, braced?: string, bare?: string, bracketed?: string) =>
      fraction(whole, fixed, braced ?? bare ?? bracketed ?? ''),
    )
    .replace(DOTTED, (dotted, whole: string, digits: string) => {
      const [, fixed, block] = BLOCK.exec(digits) ?? [];
      return block === undefined ? dotted : fraction(whole, fixed ?? '', block);
    });
}

/** 0.1 and a repeating 6: (16 - 1) / 90. */
function fraction(whole: string, fixed: string, block: string): string {
  const [all, before] = [BigInt(`${whole}${fixed}${block}`), BigInt(`${whole}${fixed}` || '0')];
  return `\\frac{${all - before}}{${(10n ** BigInt(block.length) - 1n) * 10n ** BigInt(fixed.length)}}`;
}
