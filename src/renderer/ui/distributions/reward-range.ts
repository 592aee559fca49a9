/** Responses between bounds of their rewards as an address of Rollouts > Search: "0.5..1", from the first on, below the second (1: up to it). */
import { hrefOf } from '../../state/route.svelte.ts';

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

/** The address of the responses of some runs, of some steps, with such rewards. */
export function rolloutsHref(where: {
  readonly runs: readonly number[];
  readonly steps: readonly [from: number, to: number];
  readonly outcome?: RewardRange;
  readonly thinking?: RewardRange;
}): string {
  const { runs, steps, outcome, thinking } = where;
  return hrefOf(['rollouts'], {
    mode: 'search',
    run: runs[0],
    runs: runs.length > 1 ? runs.join(',') : undefined,
    from: steps[0],
    to: steps[1],
    ro: outcome && rangeText(outcome),
    rt: thinking && rangeText(thinking),
  });
}
