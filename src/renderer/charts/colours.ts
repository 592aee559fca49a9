/**
 * Colours and dashes of series: a pair per place, the same for a run or a variant wherever it is shown. Eight colours (tokens.css) that deuteranopia
 * and protanopia tell apart; those that share a dash differ in lightness, so that eight lines are told apart in grey too.
 */
import { seriesPlace } from '../../shared/app/series-look.ts';
import { entryAt } from '../../shared/values/list.ts';

/** How many series colours the tokens hold. */
export const COLOURS = 8;
/** Pixels drawn and left out, in turn; the first is a solid line. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3]];

/** The CSS variable of a series' colour. */
export function seriesColour(index: number): string {
  return `var(--series-${seriesPlace(index).colour})`;
}

/** The dash of a series: no two of its colour have the same until colours and dashes are used up. */
export function seriesDash(index: number): number[] {
  const { colour, round } = seriesPlace(index);
  return [...entryAt(DASHES, (colour + round) % DASHES.length, 'dash')];
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
