/** Bounds of a reward as text in an address: "0.5..1", from the first on, below the second (1: up to it). */

/** From the first on, below the second; a bound of 0 or 1 is none, so that rewards of exactly 1 belong to the last range. */
export type RewardRange = readonly [from: number, to: number];

/** Writes a range. */
export const rangeText = ([from, to]: RewardRange): string => `${from}..${to}`;

/** Reads a range; null for anything else. */
export function readRange(text: string | undefined): RewardRange | null {
  const [from, to, more] = (text ?? '').split('..').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (from === undefined || to === undefined || more !== undefined) return null;
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}

/** The bounds of a range: undefined where there is none. */
export function boundsOf([from, to]: RewardRange): { readonly from?: number; readonly below?: number } {
  return { ...(from > 0 && { from }), ...(to < 1 && { below: to }) };
}
