/** What measuring a check gives: its figures, and what else there is to say. */
import type { CheckEntry } from '../../shared/validation/report.ts';

/** Figures by name, shares from 0 to 1; none, and `detail` says why, where nothing could be measured. */
export type Measured = Pick<CheckEntry, 'figures' | 'detail'>;

/** One figure that needs no name; undefined: there is none. */
export function figure(value: number | null | undefined, detail: string | null = null): Measured {
  if (value === null || value === undefined) return nothing(detail ?? 'not measured');
  return { figures: [{ name: '', value }], detail };
}

/** Several figures by name. */
export const figures = (values: Readonly<Record<string, number>>, detail: string | null = null): Measured => ({
  figures: Object.entries(values).map(([name, value]) => ({ name, value })),
  detail,
});

/** Nothing, for a reason. */
export const nothing = (detail: string): Measured => ({ figures: [], detail });
