/**
 * Mean, standard deviation (ddof 1) and count. Values that could not be had are left out before they come here.
 */
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** `mean` is null without values, `std` with fewer than two. */
export interface Summary {
  readonly mean: number | null;
  readonly std: number | null;
  readonly n: number;
}

/** Summary of some numbers. */
export function summarize(values: readonly number[]): Summary {
  const list = [...values];
  return {
    mean: list.length === 0 ? null : mean(list),
    std: list.length < 2 ? null : sampleStandardDeviation(list),
    n: list.length,
  };
}
