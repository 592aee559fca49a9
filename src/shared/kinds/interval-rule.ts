/** How the 95 % interval of a difference between variants is made (main/store/statistics; docs/statistics.md). */
import type { Kind } from './kind.ts';

/** Every rule; the first is the default. */
export const INTERVAL_RULES = {
  crossed: {
    title: 'crossed effects',
    help: 'Seeds and questions as crossed random effects, with Satterthwaite’s degrees of freedom.',
  },
  bootstrap: {
    title: 'bootstrap',
    help: 'Seeds and questions resampled with replacement: the rule of earlier versions.',
  },
} as const satisfies Record<string, Kind>;
/** A name of INTERVAL_RULES. */
export type IntervalRule = keyof typeof INTERVAL_RULES;
