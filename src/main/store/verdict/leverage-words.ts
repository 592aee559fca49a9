/** That a difference cannot be seen and why, in words for tables and verdicts alike. */
import { LEAST_LEVERAGE } from '../../../shared/run/metrics.ts';
import { type ContrastLeverage, EARLY_STEPS } from './contrast-leverage.ts';
import type { RewardPart } from './leverage-reasons.ts';

/** What the parts are called in sentences. */
const PART_NAMES = {
  thinking: 'the thinking reward',
  trust: 'trust',
  annealing: 'annealing',
} as const satisfies Record<RewardPart, string>;

/** A share of the training signal, "1.1 %". */
export function leverageText(share: number): string {
  return `${(100 * share).toFixed(share < LEAST_LEVERAGE ? 1 : 0)} %`;
}

/** That a difference cannot be seen, and why; null where it can, or where nothing was logged. */
export function invisibleSentence({ mean, early, isTooSmall, parts, reasons }: ContrastLeverage): string | null {
  if (!isTooSmall || mean === null || early === null) return null;
  const what = parts.map((part) => PART_NAMES[part]).join(' and ');
  const first = Math.abs(early - mean) < 0.005 ? '' : ` (${leverageText(early)} in the first ${EARLY_STEPS} steps)`;
  const why = reasons.length === 0 ? '' : `, because ${reasons.join('; ')}`;
  return `cannot be seen: leverage ${leverageText(mean)}. This study cannot show it whatever its seeds, as ${what} changed ${leverageText(mean)} of the training signal${first}${why}`;
}
