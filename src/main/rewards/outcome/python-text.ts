/**
 * Python's reading of text, where it differs from JavaScript's and the official reward code depends on it:
 * what str.strip() strips, what float() accepts, what \s matches. Deliberately absent: anything about rewards.
 */

/** The characters that Python's str.strip() and \s treat as whitespace (JavaScript adds U+FEFF and lacks U+001C-1F, U+0085). */
const SPACE = '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const STRIP = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');
const MULTIPLE_SPACES = new RegExp(`[${SPACE}]{2,}`, 'g');
const ANY_SPACES = new RegExp(`[${SPACE}]+`);
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const SPECIAL_FLOAT = /^([+-]?)(inf|infinity|nan)$/i;
/** Code points of the zeros of the digit blocks met in answers: fullwidth, Arabic-Indic (both), Devanagari. */
const DIGIT_ZEROS = [0xff10, 0x0660, 0x06f0, 0x0966];

/** Python's str.strip(). */
export function strip(text: string): string {
  return text.replace(STRIP, '');
}

/** jiwer's RemoveMultipleSpaces: each run of two or more whitespace characters becomes one space. */
export function collapseSpaces(text: string): string {
  return text.replace(MULTIPLE_SPACES, ' ');
}

/** The words of a text, split at any whitespace (Python's str.split()). */
export function words(text: string): string[] {
  return strip(text)
    .split(ANY_SPACES)
    .filter((word) => word !== '');
}

/** Python's float(text): the number, or null where float() raises ValueError. `inf` and `nan` are accepted, as there. */
export function parseFloatStrict(text: string): number | null {
  const plain = asciiDigits(strip(text));
  const special = SPECIAL_FLOAT.exec(plain);
  if (special) return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  return FLOAT.test(plain) ? Number(plain.replaceAll('_', '')) : null;
}

/** Digits of other scripts as ASCII ones (Python's \d and float() read them alike). */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (char) => {
    const code = char.charCodeAt(0);
    const zero = DIGIT_ZEROS.find((start) => code >= start && code <= start + 9);
    return zero === undefined ? char : String(code - zero);
  });
}
