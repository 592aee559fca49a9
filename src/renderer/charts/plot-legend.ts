/** The legend of a figure for print: names at the upper right, one under the other, above the frame. On screen the page names the series. */
import type { Markish } from '@observablehq/plot';

type Marks = typeof import('@observablehq/plot');

/** Pixels of one line of a legend: what a figure leaves above its frame for each series. */
export const LEGEND_ROW = 16;

/** Marks of the legend; colours are values, not tokens. */
export function plotLegend(
  plot: Marks,
  series: readonly { readonly label: string; readonly colour: string }[],
): Markish[] {
  return series.flatMap(({ label, colour }, row) => {
    const up = (series.length - row) * LEGEND_ROW;
    const at = { facet: 'super', frameAnchor: 'top-right' } as const;
    return [
      plot.text([label], { ...at, dy: -18 - up, dx: -18, text: (text: string) => text, textAnchor: 'end' }),
      plot.dot([label], { ...at, dy: -14 - up, dx: -6, r: 4, fill: colour }),
    ];
  });
}
