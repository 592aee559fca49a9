/** Colours of series: a token per place, the same for a run or a variant wherever it is shown. */
import { entryAt } from '../../shared/values/list.ts';

/** How many series colours the tokens hold. */
const COLOURS = 8;
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/** The CSS variable of a series' colour. */
export function seriesColour(index: number): string {
  return `var(--series-${index % COLOURS})`;
}

/** Beyond the colours, lines differ by dash. */
export function seriesDash(index: number): number[] {
  return [...entryAt(DASHES, Math.floor(index / COLOURS) % DASHES.length, 'dash')];
}

/** A token as a canvas can use it; `alpha` from 0 to 1 makes it see-through. */
export function resolved(variable: string, alpha = 1): string {
  const name = variable.replace(/^var\((.*)\)$/, '$1');
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  if (alpha >= 1 || !/^#[\da-f]{6}$/i.test(value)) return value;
  return `${value}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
