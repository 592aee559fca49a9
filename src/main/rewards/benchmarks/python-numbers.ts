/** Numbers as Python reads and rounds them, where a published rule calls float() or round(). */

const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** float(text); null where Python raises. */
export function pythonFloat(text: string): number | null {
  const trimmed = text.trim();
  if (FLOAT.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (named === null) return null;
  if (named[2]?.toLowerCase() === 'nan') return Number.NaN;
  return named[1] === '-' ? -Infinity : Infinity;
}

/** round(value, digits): to the nearest decimal of the exact binary value, a tie to the even neighbour. */
export function pythonRound(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const exact = Math.abs(value).toFixed(100); // every digit of the binary value
  const cut = exact.indexOf('.') + 1 + digits;
  const isTie = /^50*$/.test(exact.slice(cut));
  if (!isTie) return Number(value.toFixed(digits));
  const down = exact.slice(0, cut);
  const isEven = Number(down.replace('.', '').at(-1)) % 2 === 0;
  const size = isEven ? Number(down) : Number(Math.abs(value).toFixed(digits)); // toFixed takes the larger one
  return Math.sign(value) * size;
}
