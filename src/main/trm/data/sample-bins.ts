/**
 * Uniform sampling over score intervals [0, 0.1), ..., [0.9, 1.0] (paper.md "The Thinking Reward Model"): every interval gives as many records
 * as the cap allows, so that the TRM does not learn the policy's score distribution.
 */

import { BINS } from '../../../shared/trm/builds.ts';
import { Random } from '../../../shared/values/random.ts';
import type { TrmRecord } from './record.ts';

/** What is sampled by: the score, null where there is none. */
type Scored = Pick<TrmRecord, 'score'>;

/** The interval of a score: 0 for [0, 0.1), ..., 9 for [0.9, 1.0]. */
export function binOf(score: number): number {
  return Math.min(BINS - 1, Math.floor(score * BINS + 1e-9));
}

/** Records by their interval; those without a score are in none. */
function inBins<T extends Scored>(records: readonly T[]): T[][] {
  const bins: T[][] = Array.from({ length: BINS }, () => []);
  for (const record of records) if (record.score !== null) bins[binOf(record.score)]?.push(record);
  return bins;
}

/** Records per interval. */
export function countBins(records: readonly Scored[]): number[] {
  return inBins(records).map((bin) => bin.length);
}

/** At most `cap` records of each interval, drawn without order; the result is shuffled. Scored records only. */
export function sampleBins<T extends Scored>(records: readonly T[], cap: number, seed: number): T[] {
  const random = new Random(seed, 'trm bins');
  return random.shuffle(inBins(records).flatMap((bin) => random.shuffle(bin).slice(0, cap)));
}
