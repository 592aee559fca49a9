/** Responses between bounds of their rewards as an address of Rollouts > Search. */
import { hrefOf } from '../../state/route.svelte.ts';
import { type RewardRange, rangeText } from './reward-range.ts';

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
