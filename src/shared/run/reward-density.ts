/**
 * Thinking reward against outcome reward by tenths, and its four corners: right or wrong answers by thinking rated high or low. The picture of reward
 * hacking, counted once for page and report.
 */

/** Tenths along each side; a density is TENTHS * TENTHS counts, by cell (`cellOf`). */
export const TENTHS = 10;

/** The cell of a response: TENTHS * tenth of R^o + tenth of R^t, both in [0, 1]; 1 lies in the last tenth. */
export const cellOf = (outcome: number, thinking: number): number => TENTHS * tenthOf(outcome) + tenthOf(thinking);

const tenthOf = (share: number): number => Math.min(TENTHS - 1, Math.max(0, Math.floor(share * TENTHS)));

/** A corner: outcome right or wrong (from 0.5 on) by thinking rated high or low (from 0.5 on). */
export interface Corner {
  readonly id: 'wrong-high' | 'right-high' | 'wrong-low' | 'right-low';
  readonly title: string;
  readonly outcome: readonly [number, number];
  readonly thinking: readonly [number, number];
}

/** The four corners, as they lie in the plot: upper row first. */
export const CORNERS: readonly [Corner, Corner, Corner, Corner] = [
  { id: 'wrong-high', title: 'Wrong answer, high thinking reward', outcome: [0, 0.5], thinking: [0.5, 1] },
  { id: 'right-high', title: 'Right answer, high thinking reward', outcome: [0.5, 1], thinking: [0.5, 1] },
  { id: 'wrong-low', title: 'Wrong answer, low thinking reward', outcome: [0, 0.5], thinking: [0, 0.5] },
  { id: 'right-low', title: 'Right answer, low thinking reward', outcome: [0.5, 1], thinking: [0, 0.5] },
];

/** Counts by cell, [TENTHS * TENTHS], summed over columns of pairs of cell and count, one after the other. */
export function densityCounts(columns: readonly (readonly number[])[]): number[] {
  const counts = Array<number>(TENTHS * TENTHS).fill(0);
  for (const pairs of columns)
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const cell = pairs[i] ?? 0;
      counts[cell] = (counts[cell] ?? 0) + (pairs[i + 1] ?? 0);
    }
  return counts;
}

/** How many responses of `counts` lie in a corner. */
export function inCorner(counts: readonly number[], { outcome, thinking }: Corner): number {
  const within = (tenth: number, [from, to]: readonly [number, number]) =>
    tenth >= Math.round(from * TENTHS) && tenth < Math.round(to * TENTHS);
  return counts.reduce(
    (sum, n, cell) => (within(Math.floor(cell / TENTHS), outcome) && within(cell % TENTHS, thinking) ? sum + n : sum),
    0,
  );
}

/** The share of the responses of `counts` that lie in a corner, in [0, 1]; null without a response. */
export function cornerShare(counts: readonly number[], corner: Corner): number | null {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return total === 0 ? null : inCorner(counts, corner) / total;
}

/** A share in words, always with one decimal: "5.8 %", "63.0 %". */
export const shareText = (share: number): string => `${(share * 100).toFixed(1)} %`;
