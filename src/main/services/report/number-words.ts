/** Numbers as a report prints them: those of the tables, with the minus of print. */

import { fixed, percentSpread, signed, withSign } from '../../store/table/formats/number-text.ts';
import type { MetricCell } from '../../store/table/metric-table.ts';
import type { TableCell } from '../../store/table/results-table.ts';

/** A hyphen before a number becomes a minus; a number keeps its percent sign, and "seeds", on its line. */
export const typographic = (text: string): string =>
  text
    .replace(/(^|[\s[(,])-(?=\d)/g, '$1−')
    .replace(/(\d) %/g, '$1\u00a0%')
    .replace(/(\d) (seeds?)\b/g, '$1\u00a0$2');

/** "71.3 ± 1.2", "–" where there is none. */
export function shareText({ mean, half }: Pick<TableCell, 'mean' | 'half'>): string {
  return mean === null ? '–' : percentSpread(mean, half);
}

/** A difference of shares with its interval: "+1.2 [−0.3, +2.7]". */
export function differenceText({ difference, low, high }: { difference: number; low: number; high: number }): string {
  return typographic(`${signed(difference)} [${signed(low)}, ${signed(high)}]`);
}

/** A metric's mean with its standard deviation, three decimals. */
export function metricText({ mean, std }: MetricCell): string {
  if (mean === null) return '–';
  return typographic(std === null ? fixed(mean, 3) : `${fixed(mean, 3)} ± ${fixed(std, 3)}`);
}

/** A metric's difference to the baseline; nothing for the baseline itself. */
export function metricDifference({ versus }: MetricCell): string | null {
  if (versus === null) return null;
  const size = (value: number) => withSign(fixed(value, 3));
  const { difference, half } = versus;
  return typographic(
    half === null ? size(difference) : `${size(difference)} [${size(difference - half)}, ${size(difference + half)}]`,
  );
}
